package columnar

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"
)

// parquetBlockRows is the largest number of rows of a Parquet file in a block:
// so many of some dozens of columns stay near the processor until they are used.
const parquetBlockRows = 1 << 12

// mostPerByte is the largest number of values that a byte of a file can hold, when
// memory is reserved by the length in the file's header.
const mostPerByte = 16

// parquetRows reads the flat columns of a Parquet file as typed blocks. Lists,
// maps, structs and columns of types without a plain value are skipped and
// named. A block never crosses a row
// group, so a vector has one dictionary.
type parquetRows struct {
	path    string
	file    *os.File
	size    int64 // bytes of the file
	columns []string
	leaves  []leaf // of columns
	skipped []Skipped
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
	return p, p.setColumns(opened)
}

// setColumns sorts the columns into those that are read and those that are not.
// Two columns of one name are refused, as in a CSV file.
func (p *parquetRows) setColumns(file *parquet.File) error {
	elements := topElements(file.Metadata().Schema)
	seen := map[string]bool{}
	for i, column := range file.Root().Columns() {
		if i >= len(elements) || elements[i].Name != column.Name() {
			return Damaged(p.path, "is a damaged Parquet file: its schema does not hold together", nil)
		}
		name := strings.TrimSpace(column.Name())
		if seen[name] {
			return Damaged(p.path, fmt.Sprintf("two columns are called %q", name), nil)
		}
		seen[name] = true
		why := nested(column, elements[i])
		var l leaf
		if why == "" {
			l, why = newLeaf(column, elements[i])
		}
		if why != "" {
			p.skipped = append(p.skipped, Skipped{name, why})
			continue
		}
		p.picked = append(p.picked, len(p.columns))
		p.columns = append(p.columns, name)
		p.leaves = append(p.leaves, l)
	}
	return nil
}

// nested returns what a column is that has other columns inside, "" for a flat
// one.
func nested(column *parquet.Column, element *format.SchemaElement) string {
	if column.Leaf() && !column.Repeated() {
		return ""
	}
	switch element.ConvertedType.V {
	case deprecated.List:
		return "is a list"
	case deprecated.Map, deprecated.MapKeyValue:
		return "is a map"
	}
	switch element.LogicalType.Value.(type) {
	case *format.ListType:
		return "is a list"
	case *format.MapType:
		return "is a map"
	}
	if column.Repeated() {
		return "is a list"
	}
	return "is a struct"
}

// topElements returns the schema's elements directly below its root, in order.
func topElements(schema []format.SchemaElement) []*format.SchemaElement {
	var list []*format.SchemaElement
	left := []int32{} // children to come, by depth below the root
	for i := 1; i < len(schema); i++ {
		if len(left) == 0 {
			list = append(list, &schema[i])
		} else {
			left[len(left)-1]--
		}
		left = append(left, schema[i].NumChildren.V)
		for len(left) > 0 && left[len(left)-1] == 0 {
			left = left[:len(left)-1]
		}
	}
	return list
}

// Skipped returns the columns that are nested or have no plain value.
func (p *parquetRows) Skipped() []Skipped { return p.skipped }

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
