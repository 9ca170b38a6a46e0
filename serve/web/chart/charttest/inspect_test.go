package charttest

import (
	"fmt"
	"testing"
)

// The checks can fail.
func TestCheckSees(t *testing.T) {
	text := func(anchor string, x, y int, text string) string {
		return fmt.Sprintf(`<text class="x" x="%d" y="%d" text-anchor="%s">%s</text>`, x, y, anchor, text)
	}
	for name, inside := range map[string]string{
		"a box outside":  `<rect class="x" x="90" y="0" width="20" height="5"/>`,
		"a path outside": `<path class="x" d="M1 1L1 -9"/>`,
		"a long text":    text("start", 0, 20, "a text that is longer than the picture"),
		"two texts":      text("start", 0, 20, "one") + text("end", 30, 24, "two"),
	} {
		seen := &failures{}
		Check(seen, `<svg viewBox="0 0 100 50">`+inside+`</svg>`)
		if seen.count == 0 {
			t.Errorf("%s is not seen", name)
		}
	}
	seen := &failures{}
	if Check(seen, `<svg viewBox="0 0 100 50">`+text("start", 0, 20, "one")+text("end", 100, 20, "two")+`</svg>`); seen.count != 0 {
		t.Error("a good picture is refused")
	}
}

// failures counts what a check finds.
type failures struct{ count int }

func (f *failures) Errorf(string, ...any) { f.count++ }
func (f *failures) Fatal(...any)          { f.count++ }
