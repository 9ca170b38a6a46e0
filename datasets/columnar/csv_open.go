package columnar

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
)

// The limits on CSV input.
const (
	maxRow   = 16 << 20 // bytes of one row: a quote that is never closed, or no table at all
	maxRatio = 500      // decompressed bytes per compressed byte, from freeBytes on
	freeByte = 64 << 20 // decompressed bytes without a limit
)

// errRow and errRatio report that a limit was passed.
var (
	errRow   = fmt.Errorf("has a row of more than %d MiB: is a quote never closed?", maxRow>>20)
	errRatio = fmt.Errorf("decompresses to more than %d times its size", maxRatio)
)

// foreign are the first bytes of files that are named CSV and are none.
var foreign = []struct{ magic, what string }{
	{"PK\x03\x04", "is a zip archive (or a spreadsheet such as .xlsx): unpack it, or save it as CSV"},
	{"PAR1", "is a Parquet file: let its name end in .parquet"},
	{"\xff\xfe", "is written in UTF-16: save it as UTF-8"},
	{"\xfe\xff", "is written in UTF-16: save it as UTF-8"},
	{"\xd0\xcf\x11\xe0", "is an old spreadsheet (.xls): save it as CSV"},
	{"BZh", "is compressed with bzip2: compress it with gzip, or not at all"},
	{"\x28\xb5\x2f\xfd", "is compressed with Zstandard: compress it with gzip, or not at all"},
	{"\xfd7zXZ", "is compressed with xz: compress it with gzip, or not at all"},
	{"SQLite format 3", "is a SQLite database: export its table as CSV"},
	{"%PDF", "is a PDF document"},
}

// plainText returns the text of a CSV file: decompressed where its first bytes
// are gzip's, whatever its name, with line feeds where only carriage returns end
// lines, and without a byte order mark. limit bounds each row. comma is the
// delimiter; a first line "sep=;" names it, where the configuration does not.
func plainText(file *os.File, path, delimiter string) (text *bufio.Reader, limit *rowLimit, comma rune, err error) {
	if comma, err = parseDelimiter(path, delimiter); err != nil {
		return nil, nil, 0, err
	}
	raw := bufio.NewReaderSize(file, 1<<16)
	mark, err := raw.Peek(16)
	if err != nil && err != io.EOF {
		return nil, nil, 0, Damaged(path, "cannot be read", err)
	}
	for _, f := range foreign {
		if bytes.HasPrefix(mark, []byte(f.magic)) {
			return nil, nil, 0, Damaged(path, f.what, nil)
		}
	}
	limit = &rowLimit{in: raw}
	if bytes.HasPrefix(mark, []byte("\x1f\x8b")) || strings.HasSuffix(strings.ToLower(path), ".gz") {
		packed := &countReader{in: raw}
		unpacked, err := gzip.NewReader(packed)
		if err != nil {
			return nil, nil, 0, Damaged(path, "is not a readable gzip file", err)
		}
		limit.in, limit.packed = unpacked, packed
	}
	text, comma, err = skipMarks(bufio.NewReaderSize(limit, 1<<16), path, delimiter, comma)
	return text, limit, comma, err
}

// skipMarks leaves out what stands before the header, and turns other line ends
// into line feeds.
func skipMarks(text *bufio.Reader, path, delimiter string, comma rune) (*bufio.Reader, rune, error) {
	head, err := text.Peek(1 << 12)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, 0, Damaged(path, "cannot be read", err)
	}
	if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		_, _ = text.Discard(3)
		head = head[3:]
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return nil, 0, Damaged(path, "is not a text file: is it written in UTF-16? Save it as UTF-8", nil)
	}
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		text = bufio.NewReaderSize(&lineFeeds{text}, 1<<16)
	}
	if named, length := sepLine(head); length > 0 {
		_, _ = text.Discard(length)
		if delimiter == "" {
			comma = named
		}
	}
	if delimiter == blanksDelimiter {
		text = bufio.NewReaderSize(&blankRuns{in: text}, 1<<16)
	}
	return text, comma, nil
}

// sepLine reads a first line such as sep=; or "sep=;", with which spreadsheets name
// the delimiter, and returns its length; 0 when there is none.
func sepLine(head []byte) (comma rune, length int) {
	rest, quoted := bytes.CutPrefix(head, []byte(`"`))
	start := len(head) - len(rest) + len("sep=")
	if len(rest) < len("sep=") || !bytes.EqualFold(rest[:len("sep=")], []byte("sep=")) {
		return 0, 0
	}
	rest = rest[len("sep="):]
	comma, size := utf8.DecodeRune(rest)
	end := size
	if quoted {
		if end == len(rest) || rest[end] != '"' {
			return 0, 0
		}
		end++
		size++
	}
	for end < len(rest) && rest[end] == '\r' {
		end++
	}
	if comma == utf8.RuneError || end == len(rest) || (rest[end] != '\n' && end == size) {
		return 0, 0
	}
	if rest[end] == '\n' {
		end++
	}
	return comma, start + end
}

// lineFeeds turns carriage returns into line feeds, in a file that has no other
// line ends.
type lineFeeds struct{ in io.Reader }

// Read reads bytes with line feeds.
func (l *lineFeeds) Read(p []byte) (int, error) {
	n, err := l.in.Read(p)
	for i, c := range p[:n] {
		if c == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// countReader counts what is read through it.
type countReader struct {
	in io.Reader
	n  int64
}

// Read reads bytes and adds their number to n.
func (c *countReader) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n += int64(n)
	return n, err
}

// rowLimit ends the reading of a file whose rows, or whose decompressed size,
// are beyond all tables: such a file is damaged or made to fill the memory.
type rowLimit struct {
	in     io.Reader
	packed *countReader // nil: not compressed
	n      int64        // bytes in all
	row    int64        // bytes since the row began
}

// Read reads bytes; an error where a limit is passed.
func (l *rowLimit) Read(p []byte) (int, error) {
	if l.row > maxRow {
		return 0, errRow
	}
	if l.packed != nil && l.n > freeByte && l.n > maxRatio*l.packed.n {
		return 0, errRatio
	}
	n, err := l.in.Read(p)
	l.n, l.row = l.n+int64(n), l.row+int64(n)
	return n, err
}
