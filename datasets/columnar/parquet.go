package columnar

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// parquetBlockRows is the largest number of rows of a Parquet file in a block:
// so many of some dozens of columns stay near the processor until they are used.
const parquetBlockRows = 1 << 12

// mostPerByte is the largest number of values that a byte of a file can hold, when
// memory is reserved by the length in the file's header.
const mostPerByte = 16

// parquetRows reads the flat columns of a Parquet file as typed blocks. Columns
// inside groups, lists and maps are not offered. A block never crosses a row
// group, so a vector has one dictionary.
type parquetRows struct {
	path    string
	file    *os.File
	size    int64 // bytes of the file
	columns []string
	leaves  []leaf // of columns
	picked  []int
	groups  []parquet.RowGroup
	group   int   // the row group being read
	left    int64 // rows of it not yet handed out
	row     int64 // rows handed out
	cursors []cursor
	version int // of the last dictionary
	out     Block
}

func openParquet(path string) (_ Reader, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	defer func() {
		if thrown := recover(); thrown != nil {
			err = Damaged(path, "is a damaged Parquet file", fmt.Errorf("%v", thrown))
		}
		if err != nil {
			file.Close()
		}
	}()
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	}
	opened, err := parquet.OpenFile(file, info.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, Damaged(path, "is not a readable Parquet file", err)
	}
	p := &parquetRows{path: path, file: file, size: info.Size(), group: -1, groups: opened.RowGroups()}
	for _, column := range opened.Root().Columns() {
		if !column.Leaf() || column.Repeated() {
			continue
		}
		p.picked = append(p.picked, len(p.columns))
		p.columns = append(p.columns, strings.TrimSpace(column.Name()))
		p.leaves = append(p.leaves, newLeaf(column))
	}
	return p, nil
}

// Columns returns the names of the flat columns.
func (p *parquetRows) Columns() []string { return p.columns }

// Pick limits what is read from the file at all.
func (p *parquetRows) Pick(columns []int) { p.picked = columns }

// Rows returns the sum over the row groups, bounded by the file's size.
func (p *parquetRows) Rows() int {
	rows := int64(0)
	for _, group := range p.groups {
		rows += group.NumRows()
	}
	return int(max(0, min(rows, mostPerByte*p.size/int64(len(p.picked)+1))))
}

// Close closes the file.
func (p *parquetRows) Close() error {
	p.closeCursors()
	return p.file.Close()
}

func (p *parquetRows) closeCursors() {
	for i := range p.cursors {
		p.cursors[i].close()
	}
}

// Next reads up to parquetBlockRows rows of one row group. The library may
// panic on a damaged file; that ends here, as an error that names the file.
func (p *parquetRows) Next() (_ *Block, err error) {
	defer func() {
		if thrown := recover(); thrown != nil {
			err = Damaged(p.path, "is a damaged Parquet file", fmt.Errorf("%v", thrown))
		}
	}()
	for p.left == 0 {
		if p.group+1 >= len(p.groups) {
			return nil, io.EOF
		}
		if err := p.openGroup(); err != nil {
			return nil, err
		}
	}
	b := &p.out
	if len(b.Vectors) != len(p.picked) {
		b.Vectors = make([]Vector, len(p.picked))
	}
	b.Rows, b.first = int(min(p.left, parquetBlockRows)), p.row+1
	for i := range b.Vectors {
		if err := p.cursors[i].read(&b.Vectors[i], b.Rows); err != nil {
			return nil, Damaged(p.path, fmt.Sprintf("column %q cannot be read after row %d", p.columns[p.picked[i]], p.row), err)
		}
	}
	p.left -= int64(b.Rows)
	p.row += int64(b.Rows)
	return b, nil
}

// openGroup puts a cursor on every picked column of the next row group. LZ4 is
// refused: the library, up to v0.32.0, may hand out zeroes for such a page
// without an error (parquet-go issue 608).
func (p *parquetRows) openGroup() error {
	p.closeCursors()
	p.group++
	group := p.groups[p.group]
	p.left = group.NumRows()
	p.cursors = make([]cursor, len(p.picked))
	chunks := group.ColumnChunks()
	for i, at := range p.picked {
		if p.leaves[at].lz4 {
			return Damaged(p.path, fmt.Sprintf("column %q is compressed with LZ4, which is not read reliably: write the file with ZSTD or SNAPPY", p.columns[at]), nil)
		}
		p.version++
		p.cursors[i] = cursor{leaf: p.leaves[at], pages: chunks[p.leaves[at].index].Pages(), version: p.version}
	}
	return nil
}
