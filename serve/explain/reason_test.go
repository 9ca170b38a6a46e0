package explain

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGroupedReason: three windows of one type are one reason with their sum.
func TestGroupedReason(t *testing.T) {
	make := func(group, code string, points float64) cause {
		return cause{group: group, code: code, points: points}
	}
	got := strongestCauses([]cause{
		make("r", "R7", -1), make("r", "R28", -3), make("r", "R84", 0.5), make("u", "U", 2), make("quiet", "Q", 0.01),
		make("a", "A", 0.3), make("b", "B", -0.3), make("c", "C", 0.2),
	})
	var codes []string
	for _, c := range got {
		codes = append(codes, c.code)
	}
	if diff := cmp.Diff([]string{"R28", "U", "A", "B"}, codes); diff != "" {
		t.Error(diff)
	}
	if got[0].points != -3.5 {
		t.Errorf("sum %v", got[0].points)
	}
}
