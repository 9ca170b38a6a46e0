// Package score is an artifact in service: rows of features in, health scores
// and their parts out.
//
// In come an artifact (New) and batches of rows in the artifact's fields, known
// at an as-of date (Input). There is one engine: blocks of up to 1,024 rows are
// computed column by column (block.go). Three views show what a block computed:
//
//	Columns  one slice per number, for whole portfolios
//	Answer   one row as an API shows it, with contributions and reasons
//	Row      one row with everything the models returned, for package explain
//
// The numbers of the three are equal to the bit. Health is models.Points.Health.
//
// The package has no words: a reason or a warning is a code with its arguments,
// and members called Text or Label are empty until package serve/text writes
// them. It refuses an artifact of another catalogue (catalog.ErrCatalog), one
// that fails its self-test (ErrSelfTest), and batches that do not fit (ErrInput).
// It trains nothing, reads no clock and stores nothing.
package score
