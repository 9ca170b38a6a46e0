package columnar

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestBlankRuns(t *testing.T) {
	const text = "  id   name\t\tx  \r\n a1   \"New  York\" 3\n\na2 b  4   \n  c5  \"q \"\"r  s\"\"\" 7"
	const want = "id\tname\tx\r\na1\t\"New  York\"\t3\n\na2\tb\t4\nc5\t\"q \"\"r  s\"\"\"\t7"
	for name, in := range map[string]io.Reader{"at once": strings.NewReader(text), "byte by byte": iotest.OneByteReader(strings.NewReader(text))} {
		got, err := io.ReadAll(&blankRuns{in: in})
		if err != nil || string(got) != want {
			t.Errorf("%s: %q, not %q (%v)", name, got, want, err)
		}
	}
}

// Reading on takes no memory, however long the file.
func TestBlankRunsReuseTheirBuffers(t *testing.T) {
	line := strings.Repeat("a   b  c\n", 1<<17) // 36 refills
	p := make([]byte, 1<<12)
	if n := testing.AllocsPerRun(3, func() {
		r := &blankRuns{in: strings.NewReader(line)}
		for {
			if _, err := r.Read(p); err != nil {
				break
			}
		}
	}); n > 6 {
		t.Errorf("%v allocations", n)
	}
}
