package account

import (
	"io"
	"math"
	"time"

	"github.com/etappe/etappe/datasets/columnar"
)

// WriteCSV writes the changes, one a row; cell is what a text becomes in a cell.
func (c *Changes) WriteCSV(out io.Writer, cell func(string) string) error {
	done := false
	return columnar.WriteCSV(out, func() ([]columnar.Column, error) {
		if done {
			return nil, nil
		}
		done = true
		return c.columns(cell), nil
	})
}

func (c *Changes) columns(cell func(string) string) []columnar.Column {
	texts := func(name string, of func(*Change) string) columnar.Column {
		column := columnar.Column{Name: name, Strings: make([]string, len(c.Changes))}
		for i := range c.Changes {
			column.Strings[i] = cell(of(&c.Changes[i]))
		}
		return column
	}
	numbers := func(name string, of func(*Change) *float64) columnar.Column {
		column := columnar.Column{Name: name, Numbers: make([]float64, len(c.Changes))}
		for i := range c.Changes {
			column.Numbers[i] = math.NaN()
			if v := of(&c.Changes[i]); v != nil {
				column.Numbers[i] = *v
			}
		}
		return column
	}
	on := columnar.Column{Name: "on", Times: make([]time.Time, len(c.Changes)), Days: true}
	for i := range c.Changes {
		on.Times[i], _ = time.Parse(time.DateOnly, c.Changes[i].On) // "": the zero time
	}
	return []columnar.Column{
		texts("kind", func(x *Change) string { return x.Kind }), texts("account_id", func(x *Change) string { return x.AccountID }),
		texts("name", func(x *Change) string { return x.Name }), texts("owner", func(x *Change) string { return x.Owner }),
		texts("cluster_id", func(x *Change) string { return x.ClusterID }), texts("cluster_name", func(x *Change) string { return x.ClusterName }),
		numbers("arr", func(x *Change) *float64 { return x.ARR }), texts("before", func(x *Change) string { return x.Before }),
		texts("after", func(x *Change) string { return x.After }), numbers("moved", func(x *Change) *float64 { return x.Moved }),
		texts("reason", func(x *Change) string { return x.Reason }), texts("milestone", func(x *Change) string { return x.Milestone }), on,
	}
}
