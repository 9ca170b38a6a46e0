package columnar

import "io"

// blanksDelimiter is the delimiter of files whose values are separated by runs of
// blanks, such as reports of a database or a terminal.
const blanksDelimiter = "blanks"

// blanksBuffer is how many bytes are read at once.
const blanksBuffer = 1 << 15

// blankRuns turns every run of blanks and tabs into one tab, and leaves those at the
// beginning and at the end of a line out. What stands in double quotes stays as it
// is.
type blankRuns struct {
	in      io.Reader
	quoted  bool   // within quotes
	started bool   // the line has a value
	pending bool   // blanks were read and not written
	buffer  []byte // bytes read
	out     []byte // bytes written, of which left are still to be returned
	left    []byte
}

// Read reads bytes with tabs. A run is one byte or none, so that what is written never
// is longer than what was read, but for a blank kept back from the bytes before.
func (b *blankRuns) Read(p []byte) (int, error) {
	if b.buffer == nil {
		b.buffer, b.out = make([]byte, blanksBuffer), make([]byte, 0, blanksBuffer+1)
	}
	for len(b.left) == 0 {
		n, err := b.in.Read(b.buffer)
		b.left = b.append(b.out[:0], b.buffer[:n])
		if err != nil && len(b.left) == 0 {
			return 0, err
		}
	}
	n := copy(p, b.left)
	b.left = b.left[n:]
	return n, nil
}

func (b *blankRuns) append(out, text []byte) []byte {
	for _, c := range text {
		switch {
		case !b.quoted && (c == ' ' || c == '\t'):
			b.pending = true
			continue
		case !b.quoted && (c == '\n' || c == '\r'):
			b.started, b.pending = false, false
			out = append(out, c)
			continue
		case c == '"':
			b.quoted = !b.quoted
		}
		if b.pending && b.started {
			out = append(out, '\t')
		}
		b.started, b.pending = true, false
		out = append(out, c)
	}
	return out
}
