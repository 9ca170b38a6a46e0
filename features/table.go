package features

import (
	"fmt"
	"math"
	"slices"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/features/catalog"
)

// TableCatalog writes the feature list for a ready-made feature table, one
// entry per column, with the way in which it writes numbers. Themes are guessed from names. The usage pattern is made of
// the columns that clusterBy names, or of all of them if it names none; a name
// that is no column does nothing here. A column without any value, or with a
// level of its own in more than half of the rows, is left out (listed in LeftOut).
func TableCatalog(t *datasets.Table, clusterBy []string) *catalog.Catalog {
	c := &catalog.Catalog{}
	for _, column := range t.Columns {
		one := catalog.Definition{
			Name: column.Name, Theme: guessColumnTheme(column.Name, catalog.Adoption), Side: catalog.Reactive,
			Measure: catalog.MeasureColumn, Attribute: column.Name, Spelling: (*catalog.Spelling)(column.Spelling),
		}
		if len(clusterBy) == 0 || slices.Contains(clusterBy, column.Name) {
			one.Pattern = catalog.AsItIs
		}
		var why catalog.Omission
		if column.Levels != nil {
			one.Levels, why = levelsOf(countCodes(&column), t.Rows(), columnLevels)
		} else if !slices.ContainsFunc(column.Numbers, finite) {
			why.Code = catalog.OmittedEmpty
		}
		if why.Code != "" {
			why.Name = column.Name
			c.LeftOut = append(c.LeftOut, why)
			continue
		}
		c.Definitions = append(c.Definitions, one)
	}
	return c
}

// finite reports whether a value is known and no infinity.
func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func countCodes(column *datasets.TableColumn) map[string]int {
	seen := map[string]int{}
	for _, v := range column.Numbers {
		if v >= 0 && v < float64(len(column.Levels)) {
			seen[column.Levels[int(v)]]++
		}
	}
	return seen
}

// FromTable fits a feature table to a catalogue: columns by name, levels by
// name. Columns that the catalogue does not name are passed over. Errors match
// ErrCatalog: a column that is not there, or is of the other kind.
func FromTable(t *datasets.Table, c *catalog.Catalog) (*Matrix, error) {
	m := &Matrix{Catalog: c, Columns: make([][]float64, len(c.Definitions))}
	for j := range c.Definitions {
		d := &c.Definitions[j]
		at := slices.IndexFunc(t.Columns, func(column datasets.TableColumn) bool { return column.Name == d.Attribute })
		if d.Measure != catalog.MeasureColumn || at < 0 {
			return nil, fmt.Errorf("%w: %s has no column %q for the feature %s", catalog.ErrCatalog, t.Path, d.Attribute, d.Name)
		}
		column := &t.Columns[at]
		switch {
		case d.Categorical() == (column.Levels != nil):
		case !slices.ContainsFunc(column.Numbers, finite): // all missing: it could be either
		case d.Categorical():
			return nil, fmt.Errorf("%w: %s, column %q holds numbers, the feature names levels", catalog.ErrCatalog, t.Path, d.Attribute)
		default:
			return nil, fmt.Errorf("%w: %s, column %q holds text, the feature is a number", catalog.ErrCatalog, t.Path, d.Attribute)
		}
		m.Columns[j] = recode(column, d)
	}
	return m, nil
}

// recode copies a column, its codes turned into those of the definition.
func recode(column *datasets.TableColumn, d *catalog.Definition) []float64 {
	out := slices.Clone(column.Numbers)
	if !d.Categorical() {
		return out
	}
	index := codes(d.Levels)
	unseen := float64(len(d.Levels))
	to := make([]float64, len(column.Levels))
	for i, level := range column.Levels {
		code, ok := index[level]
		if !ok {
			code = unseen
		}
		to[i] = code
	}
	for i, v := range out {
		switch {
		case math.IsNaN(v):
		case v >= 0 && v < float64(len(to)):
			out[i] = to[int(v)]
		default:
			out[i] = unseen
		}
	}
	return out
}
