package features

import (
	"time"

	"github.com/etappe/etappe/features/catalog"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/datasets/columnar"
)

// FileColumns are the columns of a file of snapshots: account, date and next
// renewal, then the features; a categorical feature by its level's name.
func FileColumns(m *Matrix, t *datasets.Tables, snapshots []Snapshot) []columnar.Column {
	ids, asOf, due := make([]string, len(snapshots)), make([]time.Time, len(snapshots)), make([]time.Time, len(snapshots))
	for i, s := range snapshots {
		ids[i], asOf[i], due[i] = t.Accounts[s.Account].ID, s.AsOf, s.DueOn
	}
	columns := []columnar.Column{{Name: "account_id", Strings: ids}, {Name: "as_of", Times: asOf, Days: true}, {Name: "due_on", Times: due, Days: true}}
	for j, d := range m.Catalog.Definitions {
		column := columnar.Column{Name: d.Name}
		if d.Categorical() {
			column.Strings = levelNames(d.Levels, m.Columns[j])
		} else {
			column.Numbers = m.Columns[j]
		}
		columns = append(columns, column)
	}
	return columns
}

// levelNames turns codes into names; missing and unseen levels are empty.
func levelNames(levels []string, codes []float64) []string {
	names := make([]string, len(codes))
	for i, code := range codes {
		if k := int(code); code == code && k < len(levels) {
			names[i] = levels[k]
		}
	}
	return names
}

// TableOptions are how a ready-made feature table is read by a model's own
// catalogue; id is the column with the account id.
func TableOptions(c *catalog.Catalog, id string) datasets.TableOptions {
	o := datasets.TableOptions{ID: id, Levels: map[string][]string{}, Spellings: map[string]datasets.Spelling{}}
	for _, d := range c.Definitions {
		if d.Categorical() {
			o.Levels[d.Name] = d.Levels
			continue
		}
		o.Numeric = append(o.Numeric, d.Name)
		if d.Spelling != nil {
			o.Spellings[d.Name] = datasets.Spelling(*d.Spelling)
		}
	}
	return o
}
