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
	// Dropped lists the columns that could have been features and are not.
	Dropped []DroppedColumn
	// Notes lists, a sentence a column in file order, the columns that were read in
	// another way than plainly: 'column "x": 160 values "?" read as missing'.
	Notes []string
}

// DroppedColumn is a column of the file without information, and why.
type DroppedColumn struct {
	Name string `json:"name"`
	Why  string `json:"why"`
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
	// Spelling describes how the file writes the numbers; nil: plainly.
	Spelling *Spelling
}

// Rows returns the number of rows.
func (t *Table) Rows() int { return len(t.IDs) }

// TableOptions describes which columns of a feature table are not features.
type TableOptions struct {
	ID     string   // column with the account id; "": none
	AsOf   string   // column with the as-of date; "": none
	Target string   // column to be predicted; "": none (scoring)
	Drop   []string // further columns to leave out
	// ClusterBy names the features that make the clusters: they must be there.
	ClusterBy []string
	Delimiter string // CSV only; default ","
	// Levels and Numeric together, when either is set, are all the features
	// there are: further columns of the file are ignored, a missing one is an
	// error. Levels fixes which columns are categorical and what their levels are
	// (from an artifact): a level that is not listed becomes an unseen one,
	// coded len(Levels). nil: found in the data.
	Levels map[string][]string
	// Numeric names columns that must be numeric (from an artifact).
	Numeric []string
	// Spellings describes how numeric columns were written in training (from an
	// artifact), and so must be here; one that is not listed: plainly.
	Spellings map[string]Spelling
}
