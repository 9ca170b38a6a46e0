package serve

import (
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReasons(t *testing.T) {
	s := testScorer(t)
	code := regexp.MustCompile(`^[A-Z]+\.[A-Z0-9_]+$`)
	english := testInput(s, 150, 21)
	german := *english
	german.Language = German
	other := scoreAll(t, s, &german)
	for i, a := range scoreAll(t, s, english) {
		if len(a.Reasons) > 4 {
			t.Errorf("%d reasons", len(a.Reasons))
		}
		reports := 0
		for k, r := range a.Reasons {
			if !code.MatchString(r.Code) || strings.Contains(r.Text, "because") || !strings.Contains(r.Text, "associated with") {
				t.Errorf("%+v", r)
			}
			if strings.Contains(r.Code, "REPORT_") && strings.HasPrefix(r.Code, "ADOPTION.") {
				reports++
			}
			if k > 0 && math.Abs(r.Points) > math.Abs(a.Reasons[k-1].Points) {
				t.Errorf("reasons out of order: %+v", a.Reasons)
			}
			if lower := strings.Contains(r.Text, "lower"); lower != (r.Points < 0) {
				t.Errorf("%+v says the wrong direction", r)
			}
			g := other[i].Reasons[k]
			if g.Code != r.Code || g.Points != r.Points || !strings.Contains(g.Text, "verbunden mit") {
				t.Errorf("German %+v, English %+v", g, r)
			}
		}
		if reports > 1 {
			t.Errorf("windows of one event type take %d reasons: %+v", reports, a.Reasons)
		}
	}
}

// TestGroupedReason: three windows of one type are one reason with their sum.
func TestGroupedReason(t *testing.T) {
	make := func(group, code string, points float64) cause {
		return cause{group: group, code: code, points: points, text: func() string { return code }}
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
