package serve

// UnitName names the unit of a feature in the plural ("events", "Ereignisse");
// the unit itself where it has no name, "" for shares, trends and bare numbers,
// whose unit is written otherwise or not at all.
func (l Language) UnitName(unit string) string {
	if unit == "share" || unit == logRatio {
		return ""
	}
	if names, ok := units[unit]; ok {
		return l.pick(names[1], names[3])
	}
	return unit
}

// UnitOfOne is UnitName for a single one: "event", "Ereignis".
func (l Language) UnitOfOne(unit string) string {
	if names, ok := units[unit]; ok {
		return l.pick(names[0], names[2])
	}
	return l.UnitName(unit)
}
