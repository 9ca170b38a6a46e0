package features

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/etappe/etappe/features/catalog"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/datasets/columnar"
)

// The values of the column status, in files of snapshots and of scores.
const (
	StatusRunning = "running"
	StatusEnded   = "ended" // Portfolio.Ended
)

// Statuses are the values of the column status: of so many rows that run, and so many
// after them that have ended.
func Statuses(running, ended int) []string {
	return append(slices.Repeat([]string{StatusRunning}, running), slices.Repeat([]string{StatusEnded}, ended)...)
}

// FileColumns are the columns of a file of snapshots: account, date and next
// renewal, then the features, a categorical one by its level's name, then for every
// milestone the day on which it was reached. j may be nil: no milestones. The last
// ended of the snapshots are of contracts that have ended (Portfolio); a column status
// marks them, where there are any.
func FileColumns(m *Matrix, j *Journey, t *datasets.Tables, snapshots []Snapshot, ended int) []columnar.Column {
	ids, asOf, due := make([]string, len(snapshots)), make([]time.Time, len(snapshots)), make([]time.Time, len(snapshots))
	for i, s := range snapshots {
		ids[i], asOf[i], due[i] = t.Accounts[s.Account].ID, s.AsOf, s.DueOn
	}
	columns := []columnar.Column{{Name: "account_id", Strings: ids}, {Name: "as_of", Times: asOf, Days: true}, {Name: "due_on", Times: due, Days: true}}
	if ended > 0 {
		columns = append(columns, columnar.Column{Name: "status", Strings: Statuses(len(snapshots)-ended, ended)})
	}
	for f := range m.Catalog.Definitions {
		d := &m.Catalog.Definitions[f]
		column := columnar.Column{Name: d.Name}
		if d.Categorical() {
			column.Strings = make([]string, len(snapshots))
			for i, s := range snapshots {
				column.Strings[i] = LevelName(d, t, s.Account, m.Columns[f][i])
			}
		} else {
			column.Numbers = m.Columns[f]
		}
		columns = append(columns, column)
	}
	if !j.Measured() {
		return columns
	}
	for f, name := range j.Milestones {
		column := columnar.Column{Name: MilestonePrefix + name, Times: make([]time.Time, len(snapshots)), Days: true}
		for i, s := range snapshots {
			column.Times[i] = j.ReachedOn(f, i, s.AsOf)
		}
		columns = append(columns, column)
	}
	return columns
}

// MilestonePrefix begins the name of a milestone's column in a file of snapshots.
const MilestonePrefix = "milestone:"

// LevelName is the text behind the code of a categorical feature: the level's name, the
// account's own text where the catalogue does not have it, "" where it is missing.
func LevelName(d *catalog.Definition, t *datasets.Tables, account int32, code float64) string {
	if math.IsNaN(code) {
		return ""
	}
	if k := int(code); k < len(d.Levels) {
		return d.Levels[k]
	}
	at := slices.IndexFunc(t.Attributes, func(a datasets.Attribute) bool { return a.Name == d.Attribute })
	if at < 0 {
		return ""
	}
	v := t.Accounts[account].Attributes[at]
	if t.Attributes[at].Categorical {
		return v.Text
	}
	return strconv.FormatFloat(v.Number, 'g', -1, 64) // as it is compared with the levels
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
