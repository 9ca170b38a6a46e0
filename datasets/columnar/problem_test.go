package columnar

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestProblemsAreCutShort(t *testing.T) {
	p := &Problems{Limit: 1}
	if p.Err() != nil {
		t.Error("an error without a problem")
	}
	p.Add(Problem{File: "f.csv", Row: 2, Column: "c", Rule: "is long", Value: "x" + strings.Repeat("ä", 100)})
	p.Add(Problem{File: "f.csv"})
	text := p.Err().Error()
	if !utf8.ValidString(text) || len(text) > 200 || !strings.HasSuffix(text, "and 1 more") {
		t.Errorf("got %q", text)
	}
}
