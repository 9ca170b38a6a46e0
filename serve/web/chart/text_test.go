package chart

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestFitAndWrap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("abc def ßÄ→😀 wmil")), 0, 60, -1).Draw(t, "text")
		width := rapid.Float64Range(20, 400).Draw(t, "width")
		if got := fit(text, 13, width); TextWidth(got, 13) > width {
			t.Errorf("%q is wider than %.0f", got, width)
		}
		lines := wrap(text, 13, width, 3)
		if len(lines) > 3 {
			t.Errorf("%d lines", len(lines))
		}
		for _, line := range lines {
			if TextWidth(line, 13) > width {
				t.Errorf("%q is wider than %.0f", line, width)
			}
		}
	})
	if got := wrap("one two three", 13, 1000, 2); !slices.Equal(got, []string{"one two three"}) {
		t.Errorf("%q", got)
	}
}
