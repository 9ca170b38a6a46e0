package datasets

import "time"

// Table is the second door: a ready-made feature table, one row per account
// and as-of date. It comes in behind features and takes the same path from
// there on.
type Table struct {
	Path    string
	Columns []TableColumn // the features, in file order; id, as-of, target and fold columns left out
	IDs     []string      // one per row; "row-1", "row-2", … when no id column was named
	AsOf    []time.Time   // nil when no as-of column was named
	Target  []string      // the target column as it stands in the file; nil when none was named
}

// TableColumn is one feature column.
type TableColumn struct {
	Name string
	// Levels holds the names of a categorical column, sorted; nil: the column
	// is numeric.
	Levels []string
	// Numbers has one entry per row: the number, or the index into Levels;
	// NaN where the value is missing.
	Numbers []float64
}

// Rows returns the number of rows.
func (t *Table) Rows() int { return len(t.IDs) }

// TableOptions says which columns of a feature table are not features.
type TableOptions struct {
	ID     string   // column with the account id; "": none
	AsOf   string   // column with the as-of date; "": none
	Target string   // column to be predicted; "": none (scoring)
	Drop   []string // further columns to leave out
	// Levels fixes which columns are categorical and what their levels are
	// (from an artifact): a level that is not listed becomes an unseen one,
	// coded len(Levels). nil: told apart from the data.
	Levels map[string][]string
	// Numeric names columns that must be numeric (from an artifact).
	Numeric []string
}
