package columnar

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/etappe/etappe/datasets/internal/datatest"
)

// What spreadsheets and old systems write is read.
func TestCSVOfOtherPrograms(t *testing.T) {
	want := [][]string{{"1", "2"}, {"3", "ä"}}
	for name, content := range map[string]struct{ text, delimiter string }{
		"a first line sep=":              {"sep=;\na;b\n1;2\n3;ä\n", ""},
		"a first line sep= in quotes":    {"\ufeff\"SEP=;\"\r\na;b\r\n1;2\r\n3;ä\r\n", ""},
		"a first line sep= with CRLF":    {"\ufeffsep=,\r\na,b\r\n1,2\r\n3,ä\r\n", ""},
		"sep= beside another delimiter":  {"sep=;\na|b\n1|2\n3|ä\n", "|"},
		"old line ends":                  {"a,b\r1,2\r3,ä\r", ""},
		"old line ends and sep=":         {"sep=;\ra;b\r1;2\r3;ä", ""},
		"gzip that is not named so":      {string(datatest.Zip(t, "a,b\n1,2\n3,ä\n")), ""},
		"a byte order mark inside gzip":  {string(datatest.Zip(t, "\ufeffa,b\n1,2\n3,ä\n")), ""},
		"a column whose name is like it": {"sep=x,b\n1,2\n3,ä\n", ""},
	} {
		in, err := Open(saved(t, "t.csv", []byte(content.text)), content.delimiter)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, err := readCells(t, in)
		if err != nil || !cmp.Equal(got, want) || len(in.Columns()) != 2 {
			t.Errorf("%s: columns %q, rows %q, %v", name, in.Columns(), got, err)
		}
	}
}

func TestFilesThatAreNoCSV(t *testing.T) {
	for content, says := range map[string]string{
		"PK\x03\x04junk":             "zip archive",
		"PAR1junkjunk":               "a Parquet file",
		"\xff\xfea\x00,\x00b\x00":    "UTF-16",
		"a\x00,\x00b\x00\n\x00":      "UTF-16",
		"\xd0\xcf\x11\xe0\xa1\xb1":   "old spreadsheet",
		"BZh91AY":                    "bzip2",
		"\x28\xb5\x2f\xfdrest":       "Zstandard",
		"SQLite format 3\x00 and so": "SQLite",
	} {
		_, err := Open(saved(t, "t.csv", []byte(content)), "")
		datatest.WantError(t, err, ErrContract, "t.csv: ", says)
		if len(err.Error()) > 200 {
			t.Errorf("%q: %d characters of error", content, len(err.Error()))
		}
	}
}

// zeros writes n bytes of a field, compressed.
func zeros(t *testing.T, head string, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	chunk := bytes.Repeat([]byte("x"), 1<<20)
	_, err := w.Write([]byte(head))
	for range n >> 20 {
		if err == nil {
			_, err = w.Write(chunk)
		}
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCSVLimits(t *testing.T) {
	for name, head := range map[string]string{"a field": "a,b\n1,", "a quoted field": "a,b\n1,\"", "the header": ""} {
		in, err := Open(saved(t, "big.csv.gz", zeros(t, head, 64<<20)), "")
		if err == nil {
			_, err = readCells(t, in)
		}
		datatest.WantError(t, err, ErrContract, "big.csv.gz", "a row of more than 16 MiB")
		if t.Failed() {
			t.Error(name)
		}
	}
	var rows bytes.Buffer
	w := gzip.NewWriter(&rows)
	line := []byte("1," + strings.Repeat("x", 1<<20-3) + "\n")
	_, err := w.Write([]byte("a,b\n"))
	for range 70 {
		if err == nil {
			_, err = w.Write(line)
		}
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	in, err := Open(saved(t, "bomb.csv.gz", rows.Bytes()), "")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	for err == nil {
		_, err = in.Next()
	}
	datatest.WantError(t, err, ErrContract, "bomb.csv.gz", "decompresses to more than 500 times its size")
}
