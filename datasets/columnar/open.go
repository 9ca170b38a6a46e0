package columnar

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Open opens a file by its extension: .parquet, or else CSV, with .gz
// compressed. The delimiter is for CSV; "" stands for a comma (a tab in .tsv).
// A file that does not exist is an ErrConfig, a damaged or empty one a
// *ContractError.
func Open(path, delimiter string) (Reader, error) {
	return OpenLayout(path, Layout{Delimiter: delimiter})
}

// Layout is how a CSV file is written. A Parquet file has its own.
type Layout struct {
	Delimiter string   // "": a comma, or what the file's name or first line shows
	Columns   []string // names of the columns of a file without a header; nil: the first line has them
}

// OpenLayout is Open for a CSV file of any layout.
func OpenLayout(path string, layout Layout) (Reader, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: no such file: %s", ErrConfig, path)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrConfig, err)
	case info.IsDir():
		return nil, fmt.Errorf("%w: %s is a folder, not a file", ErrConfig, path)
	case info.Size() == 0:
		return nil, Damaged(path, "the file is empty", nil)
	}
	if IsParquet(path) {
		if layout.Columns != nil {
			return nil, fmt.Errorf("%w: %s is a Parquet file: its columns have names", ErrConfig, path)
		}
		return openParquet(path)
	}
	return openCSV(path, layout)
}

// IsParquet reports by the name whether a file is Parquet.
func IsParquet(path string) bool {
	name := strings.ToLower(filepath.Base(path))
	return strings.HasSuffix(name, ".parquet") || strings.HasSuffix(name, ".pq")
}

// Damaged is the one error for a file that cannot be read as a whole.
func Damaged(path, rule string, cause error) error {
	if cause != nil {
		if errors.Is(cause, io.ErrUnexpectedEOF) || errors.Is(cause, io.EOF) {
			rule += " (it ends too early)"
		} else {
			rule += ": " + cause.Error()
		}
	}
	return &ContractError{Problems: []Problem{{File: filepath.Base(path), Rule: rule}}, Total: 1}
}

// Extensions are the files a table's own name may carry, in this order.
var Extensions = []string{".parquet", ".csv", ".csv.gz"}

// Formats lists the files that are read, by the end of their name. Those of
// Extensions are written too.
var Formats = []Word{
	{".parquet", "Parquet, also .pq"},
	{".csv", "CSV in UTF-8 with a header; any other ending is read so too"},
	{".csv.gz", "CSV, compressed with gzip"},
	{".tsv", "CSV with tabs, also .tsv.gz"},
}
