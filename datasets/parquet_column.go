package datasets

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/parquet-go/parquet-go"
)

// cursor reads one column of one row group, page by page.
type cursor struct {
	leaf    leaf
	pages   parquet.Pages
	version int    // of this column chunk's dictionary
	dict    vector // the dictionary's entries
	hasDict bool

	rows    int     // rows of the current page
	row     int     // how many of them were taken
	levels  []byte  // 1 where the row has a value; empty: all have
	none    bool    // no row of the page has a value
	codes   []int32 // entries of the dictionary; nil: values holds the page's own
	values  vector
	current int // how many of the page's values were taken
}

func (c *cursor) close() {
	if c.pages != nil {
		_ = c.pages.Close()
		c.pages = nil
	}
}

// read fills v with the next n rows.
func (c *cursor) read(v *vector, n int) error {
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
	defer parquet.Release(page)
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
func (c *cursor) append(v *vector, n int) {
	if c.leaf.kind == kindText {
		c.appendText(v, n)
		return
	}
	values := &c.values
	if c.codes != nil {
		values = &c.dict
	} else if v.kind == kindFloat && !c.none && len(c.levels) == 0 {
		v.floats = append(v.floats, values.floats[c.current:c.current+n]...)
		c.current += n
		return
	}
	for i := c.row; i < c.row+n; i++ {
		if !c.present(i) {
			if v.kind == kindFloat {
				v.floats = append(v.floats, math.NaN())
				continue
			}
			for len(v.null) < len(v.ints) {
				v.null = append(v.null, false)
			}
			v.ints, v.null = append(v.ints, 0), append(v.null, true)
			continue
		}
		at := c.current
		if c.codes != nil {
			at = int(c.codes[at])
		}
		c.current++
		if v.kind == kindFloat {
			v.floats = append(v.floats, values.floats[at])
			continue
		}
		v.ints = append(v.ints, values.ints[at])
		if len(v.null) > 0 {
			v.null = append(v.null, false)
		}
	}
}

func (c *cursor) present(i int) bool {
	return !c.none && (len(c.levels) == 0 || c.levels[i] == 1)
}

// appendText keeps codes as long as every page of the block has them; a page
// without (its writer gave the dictionary up) turns the block into plain text.
func (c *cursor) appendText(v *vector, n int) {
	if c.hasDict && c.codes != nil && len(v.text) == 0 {
		v.dict, v.version = c.dict.text, c.version
		for i := c.row; i < c.row+n; i++ {
			code := int32(-1)
			if c.present(i) {
				code = c.codes[c.current]
				c.current++
			}
			v.codes = append(v.codes, code)
		}
		return
	}
	for i := range v.codes {
		v.text = append(v.text, v.string(i))
	}
	v.codes, v.dict, v.version = v.codes[:0], nil, 0
	for i := c.row; i < c.row+n; i++ {
		text := ""
		if c.present(i) {
			if c.codes != nil {
				text = c.dict.text[c.codes[c.current]]
			} else {
				text = c.values.text[c.current]
			}
			c.current++
		}
		v.text = append(v.text, text)
	}
}
