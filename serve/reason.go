package serve

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/etappe/etappe/models/peers"
)

const (
	maxReasons = 4
	// timeGroup begins the group of what time moves by itself.
	timeGroup = "time/"
	// quietPoints is what a reason must be worth at least: less shows as 0.0.
	quietPoints = 0.05
)

// cause is one entry on its way to becoming a reason.
type cause struct {
	group  string // entries of one group share a reason
	code   string
	text   func() string // written only for the strongest
	points float64
	bar    *Bar    // of a movement
	shown  float64 // of a movement: points as rounded for display
	usual  float64 // of a movement: how many of the points are usual for the group
}

// beyond is the part of the points that is not usual for the group.
func (c *cause) beyond() float64 { return peers.SoftThreshold(c.points, c.usual) }

// reason puts a cause into words.
func (l Language) reason(c cause) Reason {
	return Reason{Code: c.code, Text: capital(c.text()) + ", " + l.association(c.points), Points: c.points}
}

// strongestCauses puts causes of a group together and returns the strongest
// groups: summed points, with the code and text of the member that weighs most
// on the sum's side. A group is the stronger the further it goes beyond what is
// usual for it, and of those that do not, the more points it has; ties keep the
// order of the list.
func strongestCauses(causes []cause) []cause {
	type sum struct {
		points float64
		shown  float64
		lead   [2]int // strongest member that lowers, that raises; -1: none
	}
	sums := map[string]*sum{}
	var order []string
	for i, c := range causes {
		s := sums[c.group]
		if s == nil {
			s = &sum{lead: [2]int{-1, -1}}
			sums[c.group] = s
			order = append(order, c.group)
		}
		s.points += c.points
		s.shown += c.shown
		lead := &s.lead[direction(c.points)]
		if *lead < 0 || math.Abs(c.points) > math.Abs(causes[*lead].points) {
			*lead = i
		}
	}
	var found []cause
	for _, group := range order {
		if s := sums[group]; math.Abs(s.points) >= quietPoints {
			c := causes[s.lead[direction(s.points)]]
			c.points, c.shown = s.points, s.shown
			found = append(found, c)
		}
	}
	slices.SortStableFunc(found, func(a, b cause) int {
		return cmp.Or(cmp.Compare(math.Abs(b.beyond()), math.Abs(a.beyond())), cmp.Compare(math.Abs(b.points), math.Abs(a.points)))
	})
	return found[:min(len(found), maxReasons)]
}

func direction(points float64) int {
	if points > 0 {
		return 1
	}
	return 0
}

// reasons names what weighs most on row i's score, from its contributions.
func (s *Scorer) reasons(m *measured, i int, all []Contribution) []Reason {
	l := m.in.Language
	causes := make([]cause, 0, len(all))
	for j := range s.fields {
		c := all[j]
		causes = append(causes, cause{
			group:  s.groups[j],
			code:   s.codes[j],
			points: c.Points,
			text:   func() string { return s.featureText(l, j, m.frame.Columns[j][i]) },
		})
	}
	for j := range m.rows[i].path.Share {
		c := all[len(s.fields)+j]
		causes = append(causes, cause{
			group:  c.Feature,
			code:   s.milestoneCodes[j],
			points: c.Points,
			text: func() string {
				return l.milestone(s.milestones[j], c.Value, m.rows[i].path.Expected[j])
			},
		})
	}
	reasons := []Reason{}
	for _, c := range strongestCauses(causes) {
		reasons = append(reasons, l.reason(c))
	}
	return reasons
}

// featureText says what feature j is like: "active users: 3 users".
func (s *Scorer) featureText(l Language, j int, x float64) string {
	d := &s.catalog.Definitions[j]
	return l.of(d.Text) + ": " + l.phrase(d, valueOf(d, x))
}

// group names what feature j shares a reason with: its driver, apart from what
// only time moves of it.
func (s *Scorer) group(j int) string {
	d := &s.catalog.Definitions[j]
	if d.OfTime() {
		return timeGroup + d.Driver()
	}
	return d.Driver()
}

func (s *Scorer) featureCode(j int) string {
	d := &s.catalog.Definitions[j]
	return upperSnake(string(d.Theme)) + "." + upperSnake(d.Name)
}

func milestoneCode(name string) string { return upperSnake(themePath) + "." + upperSnake(name) }

// upperSnake turns a name into the form of a code: letters and digits in upper
// case, everything between them one underscore.
func upperSnake(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.ToUpper(strings.Join(words, "_"))
}

// capital writes a text's first letter large.
func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// association says on which side of the score something is found. It never
// says what causes it.
func (l Language) association(points float64) string {
	if points < 0 {
		return l.pick("associated with a lower health score", "verbunden mit einem niedrigeren Health Score")
	}
	return l.pick("associated with a higher health score", "verbunden mit einem höheren Health Score")
}

// milestone says whether a milestone was reached, and by how many of the
// renewed accounts of the cluster at the same tenure.
func (l Language) milestone(name string, reached any, expected float64) string {
	return l.pick("milestone ", "Meilenstein ") + Spoken(name) + " " + l.milestoneState(reached) + " (" + l.Quantity(expected, "share") +
		l.pick(" of renewed peers had it by now)", " der verlängerten Accounts hatten ihn bis dahin)")
}

// milestoneMove is milestone between two dates. A lead that renewed peers have
// made up since costs points although nothing was lost, so it says so.
func (l Language) milestoneMove(name string, before, now any, expected, points float64) string {
	if before == nil || now == nil || points >= 0 {
		return l.milestone(name, now, expected)
	}
	return l.pick("milestone ", "Meilenstein ") + Spoken(name) + " " + l.milestoneState(now) + l.pick("; renewed peers have caught up (",
		"; verlängerte Accounts haben aufgeholt (") + l.Quantity(expected, "share") + l.pick(" had it by now)", " hatten ihn bis dahin)")
}

func (l Language) milestoneState(reached any) string {
	if day, ok := reached.(float64); ok {
		return l.pick("reached on day ", "erreicht an Tag ") + l.number(math.Round(day))
	}
	return l.pick("not reached", "nicht erreicht")
}

// strongest keeps the n entries with the most points and adds the others up in
// one, so that the sums still hold.
func strongest(all []Contribution, n int) []Contribution {
	if len(all) <= n {
		return all
	}
	order := slices.Clone(all)
	slices.SortStableFunc(order, func(a, b Contribution) int {
		return cmp.Compare(math.Abs(b.Points), math.Abs(a.Points))
	})
	rest := Contribution{Feature: otherFeatures, Theme: themeOther, Side: sideBoth}
	for _, c := range order[n:] {
		rest.LogOdds += c.LogOdds
		rest.Points += c.Points
	}
	return append(order[:n:n], rest)
}
