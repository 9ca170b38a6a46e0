package columnar

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/parquet-go/parquet-go"
)

// cursor reads one column of one row group, page by page.
type cursor struct {
	leaf    leaf
	pages   parquet.Pages
	version int    // of this column chunk's dictionary
	dict    Vector // the dictionary's entries
	hasDict bool

	page    parquet.Page // whose memory doubles is; nil: nothing is held
	rows    int          // rows of the current page
	row     int          // how many of them were taken
	levels  []byte       // 1 where the row has a value; empty: all have
	none    bool         // no row of the page has a value
	codes   []int32      // entries of the dictionary; nil: values holds the page's own
	values  Vector
	doubles []float64 // the page's own numbers as they lie there, where they are floats already
	current int       // how many of the page's values were taken
}

func (c *cursor) close() {
	c.release()
	if c.pages != nil {
		_ = c.pages.Close()
		c.pages = nil
	}
}

// release gives the current page's memory back.
func (c *cursor) release() {
	if c.page != nil {
		parquet.Release(c.page)
		c.page, c.doubles = nil, nil
	}
}

// read fills v with the next n rows.
func (c *cursor) read(v *Vector, n int) error {
	v.reset(c.leaf.kind)
	for n > 0 {
		if c.row == c.rows {
			if err := c.nextPage(); err != nil {
				return err
			}
		}
		take := min(n, c.rows-c.row)
		c.append(v, take)
		c.row += take
		n -= take
	}
	return nil
}

func (c *cursor) nextPage() error {
	page, err := c.pages.ReadPage()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return io.ErrUnexpectedEOF
		}
		return err
	}
	c.release()
	c.page = page
	c.rows, c.row, c.current = int(page.NumValues()), 0, 0
	present := c.rows - int(page.NumNulls())
	c.levels = c.levels[:0]
	if present < c.rows {
		c.levels = append(c.levels, page.DefinitionLevels()...)
	}
	c.none = present == 0 && c.rows > 0
	c.codes = c.codes[:0]
	if c.none {
		return nil
	}
	data := page.Data()
	dictionary := page.Dictionary()
	if dictionary == nil {
		c.codes = nil
		if c.leaf.physical == parquet.Double && c.leaf.kind == Float {
			c.doubles = data.Double()
			return c.checkDoubles(present)
		}
		c.values.reset(c.leaf.kind)
		return c.leaf.convert(&c.values, &data, present)
	}
	if !c.hasDict {
		entries := dictionary.Page().Data()
		c.dict.reset(c.leaf.kind)
		if err := c.leaf.convert(&c.dict, &entries, dictionary.Len()); err != nil {
			return err
		}
		c.hasDict = true
	}
	c.codes = append(c.codes[:0:cap(c.codes)], data.Int32()...)
	return c.checkCodes(present, dictionary.Len())
}

func (c *cursor) checkDoubles(present int) error {
	if len(c.doubles) != present {
		return fmt.Errorf("a page has %d values where its levels say %d", len(c.doubles), present)
	}
	return nil
}

func (c *cursor) checkCodes(present, entries int) error {
	if len(c.codes) != present {
		return fmt.Errorf("a page has %d values where its levels say %d", len(c.codes), present)
	}
	for _, code := range c.codes {
		if uint(code) >= uint(entries) {
			return fmt.Errorf("dictionary entry %d of %d", code, entries)
		}
	}
	return nil
}

// append adds the next n rows of the current page to v.
func (c *cursor) append(v *Vector, n int) {
	switch c.leaf.kind {
	case Text:
		c.appendText(v, n)
	case Float:
		c.appendFloats(v, n)
	default:
		c.appendInts(v, n)
	}
}

// appendFloats is append for numbers: from one missing value to the next in one
// piece.
func (c *cursor) appendFloats(v *Vector, n int) {
	for i, end := c.row, c.row+n; i < end; {
		run := end - i
		if c.none {
			run = 0
		} else if len(c.levels) > 0 {
			if at := bytes.IndexByte(c.levels[i:end], 0); at >= 0 {
				run = at
			}
		}
		v.Floats = c.appendPresent(v.Floats, run)
		if i += run; i < end {
			v.Floats = append(v.Floats, math.NaN())
			i++
		}
	}
}

// appendPresent adds the page's next n values.
func (c *cursor) appendPresent(to []float64, n int) []float64 {
	from := c.current
	c.current += n
	switch {
	case c.codes != nil:
		to = slices.Grow(to, n)
		for _, code := range c.codes[from : from+n] {
			to = append(to, c.dict.Floats[code])
		}
		return to
	case c.doubles != nil:
		return append(to, c.doubles[from:from+n]...)
	}
	return append(to, c.values.Floats[from:from+n]...)
}

// appendInts is append for whole numbers, truth values and times.
func (c *cursor) appendInts(v *Vector, n int) {
	values := &c.values
	if c.codes != nil {
		values = &c.dict
	}
	for i := c.row; i < c.row+n; i++ {
		if !c.present(i) {
			for len(v.Null) < len(v.Ints) {
				v.Null = append(v.Null, false)
			}
			v.Ints, v.Null = append(v.Ints, 0), append(v.Null, true)
			continue
		}
		at := c.current
		if c.codes != nil {
			at = int(c.codes[at])
		}
		c.current++
		v.Ints = append(v.Ints, values.Ints[at])
		if len(v.Null) > 0 {
			v.Null = append(v.Null, false)
		}
	}
}

func (c *cursor) present(i int) bool {
	return !c.none && (len(c.levels) == 0 || c.levels[i] == 1)
}

// appendText keeps codes as long as every page of the block has them; a page
// without (its writer gave the dictionary up) turns the block into plain text.
func (c *cursor) appendText(v *Vector, n int) {
	if c.hasDict && c.codes != nil && len(v.Strings) == 0 {
		v.Dict, v.Version = c.dict.Strings, c.version
		for i := c.row; i < c.row+n; i++ {
			code := int32(-1)
			if c.present(i) {
				code = c.codes[c.current]
				c.current++
			}
			v.Codes = append(v.Codes, code)
		}
		return
	}
	for i := range v.Codes {
		v.Strings = append(v.Strings, v.Text(i))
	}
	v.Codes, v.Dict, v.Version, v.Lasting = v.Codes[:0], nil, 0, true
	for i := c.row; i < c.row+n; i++ {
		text := ""
		if c.present(i) {
			if c.codes != nil {
				text = c.dict.Strings[c.codes[c.current]]
			} else {
				text = c.values.Strings[c.current]
			}
			c.current++
		}
		v.Strings = append(v.Strings, text)
	}
}
