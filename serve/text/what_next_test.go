package text

import (
	"regexp"
	"strings"
	"testing"

	"github.com/etappe/etappe/serve/explain"
	"github.com/etappe/etappe/serve/score/scoretest"
)

// causal are words that state that one thing makes another.
var causal = regexp.MustCompile(`(?i)\b(causes?|caused|because|leads? to|due to|results? in|will (rise|raise)|weil|führt zu|bewirk\w*|verursach\w*|dadurch)\b`)

// What is next is written whole in both languages, each point with its values, and
// without causal words.
func TestWhatNextIsWritten(t *testing.T) {
	s := scoretest.WithPeers(t)
	pool := scoretest.Input(s, 40, 34)
	for _, l := range []Language{English, German} {
		for i := range 40 {
			m, err := s.Row(scoretest.Row(pool, i))
			if err != nil {
				t.Fatal(err)
			}
			n, err := explain.WhatNextOf(s, m)
			if err != nil {
				t.Fatal(err)
			}
			n.Cases = &explain.LikeCases{Decided: true, Kinds: []explain.LikeCase{{Kind: "training_held", Cases: 14, Renewed: 9}}}
			other, err := s.Row(scoretest.Row(pool, (i+1)%40))
			if err != nil {
				t.Fatal(err)
			}
			one := explain.ModelAccount{AccountID: "A-7", HealthScore: 81.26}
			if one.Differs, err = explain.Differences(s, m, other); err != nil {
				t.Fatal(err)
			}
			n.Models = []explain.ModelAccount{one}
			l.WhatNext(n)
			lines := l.WhatNextLines(n)
			if found := causal.FindString(lines); found != "" || strings.Contains(lines, "%!") || strings.Contains(lines, "NaN") {
				t.Errorf("%s: %q in\n%s", l, found, lines)
			}
			for _, out := range n.StandsOut {
				if out.Text == "" || !strings.Contains(lines, out.Text) {
					t.Errorf("%s: %q is not in\n%s", l, out.Text, lines)
				}
			}
			for _, step := range n.Steps {
				if !strings.Contains(lines, l.Change(step.Points)+"  "+step.Text) || !strings.Contains(step.Text, l.phrase(step.Definition, step.To)) {
					t.Errorf("%s: %q is not in\n%s", l, step.Text, lines)
				}
			}
			want := map[Language]string{English: "In 14 like cases “training held” was logged; 9 renewed.", German: "In 14 ähnlichen Fällen wurde „training held“ eingetragen; 9 davon verlängerten."}[l]
			if n.Cases.Kinds[0].Text != want || !strings.Contains(lines, want) || !strings.Contains(lines, "A-7") {
				t.Errorf("%s: %q in\n%s", l, n.Cases.Kinds[0].Text, lines)
			}
		}
		few, open := &explain.LikeCases{Decided: true}, &explain.LikeCases{}
		l.likeCases(few)
		l.likeCases(open)
		if few.Text == "" || open.Text == "" || few.Text == open.Text {
			t.Errorf("%s: %q and %q", l, few.Text, open.Text)
		}
		none, peerless := l.NoSteps(&explain.WhatNext{Against: explain.ReferenceRenewedPeers}), l.NoSteps(&explain.WhatNext{Against: explain.ReferenceCluster})
		if none != l.T("whatnext.steps.none") || peerless != l.T("whatnext.steps.peerless") || none == peerless {
			t.Errorf("%s: %q and %q", l, none, peerless)
		}
		if l.WhatNextLines(nil) != "" || l.PeopleText(nil) == "" {
			t.Errorf("%s: of nothing", l)
		}
	}
}
