package datasets

import (
	"math"
	"strings"

	"github.com/etappe/etappe/datasets/columnar"
)

// cell is one value of a feature column.
type cell struct {
	missing bool
	word    string // missing, unless the column is one of names: the word that stands there
	beyond  bool   // looks like a number that no float64 up to 1e300 holds: a name, or a problem
	number  bool
	odd     bool    // a number that is not written plainly
	x       float64 // when number
	text    string  // as it stands in the file; a number from Parquet has none, nor a plainly missing value
}

// missingWords stand for a missing value in a feature table, in any case.
var missingWords = [...]string{"na", "n/a", "nan", "null", "none"}

func isMissingWord(s string) bool {
	if len(s) > 4 {
		return false
	}
	for _, word := range missingWords {
		if strings.EqualFold(s, word) {
			return true
		}
	}
	return s == ""
}

func textCell(s string) cell {
	if isMissingWord(s) {
		return cell{missing: true, word: s}
	}
	if x, ok := columnar.ParseNumber(s); ok {
		if math.Abs(x) > largest {
			return cell{text: s, beyond: true}
		}
		return cell{number: true, x: x, text: s}
	}
	return cell{text: normalLevel(s)}
}

// cells reads a column's vectors as cells. It looks at every entry of a
// dictionary once, not at every row.
type cells struct {
	how     *reading // nil: numbers are written plainly
	version int
	dict    []cell
}

func (c *cells) read(s string) cell {
	if c.how != nil {
		return c.how.cell(s)
	}
	return textCell(s)
}

// of returns the value of row i.
func (c *cells) of(v *columnar.Vector, i int) cell {
	switch {
	case v.Coded():
		if c.version != v.Version {
			c.version, c.dict = v.Version, c.dict[:0]
			for _, s := range v.Dict {
				c.dict = append(c.dict, c.read(s))
			}
		}
		if v.Codes[i] < 0 {
			return cell{missing: true}
		}
		return c.dict[v.Codes[i]]
	case v.Missing(i):
		return cell{missing: true}
	case v.Kind == columnar.Text:
		return c.read(v.Strings[i])
	case v.Kind == columnar.Float:
		return cell{number: true, x: v.Floats[i]}
	case v.Kind == columnar.Int:
		return cell{number: true, x: float64(v.Ints[i])}
	}
	return cell{text: v.Text(i)} // a truth value or a time
}
