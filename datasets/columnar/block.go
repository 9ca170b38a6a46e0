package columnar

import (
	"context"
	"io"
)

// Reader reads a file as blocks of columns, so that table readers do not
// depend on whether it is CSV or Parquet.
type Reader interface {
	// Columns returns the file's column names, trimmed, in file order.
	Columns() []string
	// Skipped returns the columns of the file that cannot be read, in file order.
	Skipped() []Skipped
	// Pick limits what Next reads to these columns (indices into Columns), in
	// that order. Without it Next reads all of them.
	Pick(columns []int)
	// Next returns the next block, or io.EOF after the last. The block and its
	// slices are used again by the next call; its strings may be kept, but
	// hold on to their whole line unless they are lasting (strings.Clone what
	// lives long).
	// A damaged file is a *ContractError that names it.
	Next() (*Block, error)
	// Rows is how many rows are to come, as far as the file's header holds it: 0 if it
	// does not. It is a hint; the file may lie.
	Rows() int
	Close() error
}

// Skipped is a column of a file whose type is not read.
type Skipped struct {
	Name string
	Why  string // what the column is: "is a list"
}

// Block is a run of rows in columns.
type Block struct {
	Rows     int
	first    int64     // number in the file of the first row, 1-based
	numbers  []int64   // number in the file of every row; nil: they follow on first
	Vectors  []Vector  // one per picked column
	Problems []Problem // rows that could not be read; they are not among rows
}

// Number returns the 1-based number in the file of row i of the block.
func (b *Block) Number(i int) int64 {
	if b.numbers != nil {
		return b.numbers[i]
	}
	return b.first + int64(i)
}

// Each hands every block to use, and stops at the first error.
func Each(ctx context.Context, in Reader, use func(*Block) error) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		b, err := in.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := use(b); err != nil {
			return err
		}
	}
}
