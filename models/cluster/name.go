package cluster

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrName is the error of a text that cannot name a cluster.
var ErrName = errors.New("no name for a cluster")

// AllAccounts is the name of the only cluster there is.
const AllAccounts = "all accounts"

// joint is between the two halves of a learned name.
const joint = " and "

// Limits of a name, in letters.
const (
	maxName = 80 // of a whole name
	maxWord = 36 // of what one column is called in it
)

// The traits in a learned name must stand out: its second half has at least so much
// of the first one's lift, and both keep so much of the cluster's largest. Less
// is required of an existing name than of a new one, so that names stay.
const (
	secondLift = .5
	stillLift  = .25
)

// CheckName refuses a name that no page could show: none, one with spaces around
// it or longer than 80 letters, and one with signs that cannot be seen.
// The error wraps ErrName.
func CheckName(name string) error {
	switch hidden := func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) && r != ' ' }; {
	case strings.TrimSpace(name) == "":
		return fmt.Errorf("%w: it must not be empty", ErrName)
	case name != strings.TrimSpace(name):
		return fmt.Errorf("%w: no space may stand around %q", ErrName, name)
	case utf8.RuneCountInString(name) > maxName:
		return fmt.Errorf("%w: it has %d letters at most, not %d", ErrName, maxName, utf8.RuneCountInString(name))
	case !utf8.ValidString(name) || strings.ContainsFunc(name, hidden):
		return fmt.Errorf("%w: %q holds what cannot be seen", ErrName, name)
	}
	return nil
}

// claim is a trait that a cluster could be named after.
type claim struct {
	cluster int
	lift    float64 // above 0
	word    string
}

// claims lists what each cluster could be named after, the strongest first: the
// count columns that it does more of than the others or, where no column is a
// count, whatever distinguishes it, as "high x", "low x" or "x = level".
func (m *Model) claims() [][]claim {
	ending := commonEnding(m.coords.shares)
	out := make([][]claim, m.k)
	for c, traits := range m.Profile() {
		for _, t := range traits {
			if word := m.wordOf(t, ending); word != "" {
				out[c] = append(out[c], claim{c, max(t.Lift, -t.Lift), word})
			}
		}
	}
	return out
}

// Names proposes a desired outcome for each cluster, in the order of ids: what
// it does more of than the others, in words, "report viewed" or, where a second
// thing stands out half as clearly, "report viewed and export created". No word
// is in two names, and none is equal to one of given, the names that clusters
// have already ("": none; nil: nobody has one). People may rename; the only
// cluster there is is called "all accounts".
func (m *Model) Names(given []string) []string {
	names := make([]string, m.k)
	copy(names, given)
	if m.k == 1 {
		if names[0] == "" {
			names[0] = AllAccounts
		}
		return names
	}
	claims := m.claims()
	first := m.heads(claims, names)
	taken := map[string]bool{}
	for c, head := range first {
		taken[head.word], taken[names[c]] = true, true
	}
	for _, c := range byLift(first) {
		names[c] = first[c].word
		for _, second := range claims[c] {
			both := first[c].word + joint + second.word
			if second.lift >= secondLift*first[c].lift && !taken[second.word] && !taken[both] && utf8.RuneCountInString(both) <= maxName {
				names[c], taken[second.word] = both, true
				break
			}
		}
	}
	for c, id := range m.IDs() {
		if names[c] == "" {
			names[c] = id // nothing distinguishes it
		}
	}
	return names
}

// heads gives each cluster without a name the first word of one, the strongest
// claim to a word winning it; no word for a cluster that has a name, or nothing
// to be named after.
func (m *Model) heads(claims [][]claim, names []string) []claim {
	all := slices.Concat(claims...)
	slices.SortStableFunc(all, func(a, b claim) int { return cmp.Compare(b.lift, a.lift) })
	out, taken := make([]claim, m.k), map[string]bool{}
	for _, name := range names {
		taken[name] = true
		for _, word := range strings.Split(name, joint) {
			taken[word] = true
		}
	}
	for _, one := range all {
		if names[one.cluster] == "" && out[one.cluster].word == "" && !taken[one.word] {
			out[one.cluster], taken[one.word] = one, true
		}
	}
	return out
}

// byLift lists the clusters that have a first word, the strongest first.
func byLift(first []claim) []int {
	var order []int
	for c, head := range first {
		if head.word != "" {
			order = append(order, c)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(first[b].lift, first[a].lift) })
	return order
}

// Fits reports whether a learned name still holds for cluster c: all its traits
// the cluster does more of than the others still stands out there, by a quarter
// of what stands out most.
func (m *Model) Fits(c int, name string) bool {
	if m.k == 1 {
		return name == AllAccounts
	}
	own := m.claims()[c]
	words := map[string]bool{}
	for _, one := range own {
		if one.lift >= stillLift*own[0].lift {
			words[one.word] = true
		}
	}
	if words[name] {
		return true
	}
	for first := range words {
		if second, ok := strings.CutPrefix(name, first+joint); ok && second != first && words[second] {
			return true
		}
	}
	return false
}

// wordOf words a trait; "" if a cluster cannot be named after it.
func (m *Model) wordOf(t Trait, ending string) string {
	share := slices.Contains(m.coords.shares, t.Column)
	word := readable(strings.TrimSuffix(t.Column, ending))
	switch {
	case t.Lift == 0 || math.IsNaN(t.Lift) || word == "":
		return ""
	case share && t.Lift > 0:
		return word
	case share || len(m.coords.shares) > 0:
		return ""
	case t.Level != "" && t.Lift > 0:
		return word + " = " + readable(t.Level)
	case t.Level != "":
		return ""
	case t.Lift > 0:
		return "high " + word
	}
	return "low " + word
}

// readable makes words of a column's name: what joins them becomes a space, what
// cannot be seen too, and the end of a long one is cut.
func readable(column string) string {
	words := strings.FieldsFunc(strings.ToValidUTF8(column, " "), func(r rune) bool {
		return strings.ContainsRune("_-./: ", r) || !unicode.IsGraphic(r) || unicode.IsSpace(r)
	})
	text := []rune(strings.Join(words, " "))
	if len(text) > maxWord {
		text = append([]rune(strings.TrimSpace(string(text[:maxWord-1]))), '…')
	}
	return string(text)
}

// commonEnding is the longest ending, from a dot on, that all names share.
func commonEnding(names []string) string {
	if len(names) == 0 {
		return ""
	}
	for at, letter := range names[0] {
		if letter != '.' || at == 0 {
			continue
		}
		ending, all := names[0][at:], true
		for _, name := range names {
			all = all && len(name) > len(ending) && strings.HasSuffix(name, ending)
		}
		if all {
			return ending
		}
	}
	return ""
}
