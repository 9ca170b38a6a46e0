package datasets

// addTruth makes 1 and 0 other spellings of true and false in a column that has
// no other levels.
func (b *tableBuilder) addTruth() {
	for _, level := range b.levels {
		if level != "true" && level != "false" {
			return
		}
	}
	for level, digit := range map[string]string{"true": "1", "false": "0"} {
		if code, ok := b.codes[level]; ok {
			b.codes[digit] = code
		}
	}
}

// truthNumber reads true as 1 and false as 0, where a column of numbers is
// known to be one.
func truthNumber(c cell) cell {
	switch c.text {
	case "true":
		return cell{number: true, x: 1, text: c.text}
	case "false":
		return cell{number: true, text: c.text}
	}
	return c
}
