package artifact

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"path/filepath"
	"unicode"
	"unicode/utf8"
)

// naming lists the registry's files of text in which a word is the id.
func (r *Registry) naming(account string) ([]string, error) {
	plain, err := readable(account)
	if err != nil {
		return nil, err
	}
	escaped, err := json.Marshal(account) // as history.jsonl writes < and >
	if err != nil {
		return nil, err
	}
	trim := func(quoted []byte) []byte { return bytes.Trim(bytes.TrimSpace(quoted), `"`) }
	var found []string
	err = filepath.WalkDir(r.dir, func(path string, file fs.DirEntry, err error) error {
		if err != nil || !file.Type().IsRegular() || filepath.Base(path) == arraysFile {
			return err
		}
		text, err := readCapped(path, maxHeader)
		if err == nil && (holdsWord(text, trim(plain)) || holdsWord(text, trim(escaped))) {
			name, _ := filepath.Rel(r.dir, path)
			found = append(found, filepath.ToSlash(name))
		}
		return err
	})
	return found, err
}

// holdsWord reports whether a word stands in a text, and is not part of another.
func holdsWord(text, word []byte) bool {
	part := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '-' }
	for at := 0; ; {
		i := bytes.Index(text[at:], word)
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRune(text[:at+i])
		after, _ := utf8.DecodeRune(text[at+i+len(word):])
		if !part(before) && !part(after) {
			return true
		}
		at += i + 1
	}
}
