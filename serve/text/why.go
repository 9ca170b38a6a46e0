package text

import "github.com/etappe/etappe/serve/explain"

// Why is why a bar goes against what its peers suggest: more than renewed peers have,
// and yet it lowers the score. The direction is that of the learned shape between the two
// values: what went up and lowered the score is worth less the more there is of it. "" where
// the value, its change and the bar point the same way, and where one of them is not known.
func (l Language) Why(b *explain.Bar) string {
	from, before := b.From.(float64)
	to, now := b.To.(float64)
	peers, known := b.Peers.(float64)
	if b.Kind != explain.KindFeature || !before || !now || !known || from == to || b.Shown == 0 {
		return ""
	}
	change, effect, than := "less", "lower", "same"
	if to > from {
		change = "more"
	}
	if b.Shown > 0 {
		effect = "higher"
	}
	switch {
	case to > peers:
		than = "more"
	case to < peers:
		than = "less"
	}
	if plain := map[string]string{"more": "higher", "less": "lower"}; than == change && plain[change] == effect {
		return ""
	}
	return l.T("bar.why.peers."+than) + l.T("bar.why."+change+"."+effect)
}
