package score

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/etappe/etappe/features/catalog"
)

// MaxReasons is how many reasons an answer has at most.
const MaxReasons = 4

// QuietPoints is how many points a reason has at least: fewer show as 0.0.
const QuietPoints = 0.05

// TimeGroup begins the group of features that change with time alone.
const TimeGroup = "time/"

// group names what a feature shares a reason with: its driver, apart from what
// only time moves of it.
func group(d *catalog.Definition) string {
	if d.OfTime() {
		return TimeGroup + d.Driver()
	}
	return d.Driver()
}

func featureCode(d *catalog.Definition) string {
	return UpperSnake(string(d.Theme)) + "." + UpperSnake(d.Name)
}

// familyCode is the code of a reason whose group has several features: what they show
// in common.
func familyCode(d *catalog.Definition) string {
	switch d.Driver() {
	case "users":
		return UpperSnake(string(catalog.People)) + ".USERS"
	case "use":
		return UpperSnake(string(catalog.Adoption)) + ".USE"
	}
	code := UpperSnake(string(d.Theme)) + "." + UpperSnake(d.Type)
	if d.OfTime() {
		code += "_TIMING"
	}
	return code
}

// nameFamilies gives the features of a group that has several of them one code: the
// points of a reason are their sum, and belong to none of them alone.
func (s *Scorer) nameFamilies() {
	s.family = make([]int, len(s.fields))
	for j := range s.family {
		s.family[j] = -1
	}
	for g, entries := range s.members {
		if len(entries) < 2 {
			continue
		}
		for _, j := range entries {
			s.family[j] = g
			s.codes[j] = familyCode(&s.catalog.Definitions[j])
			s.missingCodes[j] = qualityPrefix + strings.ReplaceAll(s.codes[j], ".", "_")
		}
	}
}

// qualityPrefix begins the code of a reason that a value went missing or came back.
const qualityPrefix = "DATA_QUALITY."

func milestoneCode(name string) string { return UpperSnake(ThemePath) + "." + UpperSnake(name) }

// UpperSnake turns a name into the form of a code: letters and digits in upper
// case, everything between them one underscore.
func UpperSnake(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.ToUpper(strings.Join(words, "_"))
}

// groupMembers lists the entries, fields and then milestones, by the groups that
// share reasons, in order of appearance. Milestones share with nobody.
func (s *Scorer) groupMembers() (members [][]int) {
	number := map[string]int{}
	for e := range len(s.fields) + len(s.milestones) {
		name := ""
		if e < len(s.fields) {
			name = s.groups[e]
		} else {
			name = s.milestoneNames[e-len(s.fields)]
		}
		g, ok := number[name]
		if !ok {
			g = len(members)
			number[name], members = g, append(members, nil)
		}
		members[g] = append(members[g], e)
	}
	return members
}

// strongest finds the n groups of entries with the most points of every row,
// strongest first: the entry that leads each, −1 without one, and the sum of its
// points, both [rank][row]. Features that the row does not have are left out: they
// are no behaviour. It goes column by column, since a row's entries lie
// far apart in memory. Ties keep the order of the groups.
func (b *block) strongest(n int) (lead [][]int, points [][]float64) {
	rows := len(b.cut)
	lead, points = make([][]int, n), b.matrix(n, rows)
	all := make([]int, n*rows)
	for r := range lead {
		lead[r] = all[r*rows : (r+1)*rows]
		for i := range lead[r] {
			lead[r][i] = -1
		}
	}
	sum := b.matrix(1, rows)[0]
	for g, entries := range b.scorer.members {
		if entries[0] >= len(b.points) {
			break // milestones, which are not measured
		}
		clear(sum)
		for _, e := range entries {
			if e >= len(b.scorer.fields) {
				for i, p := range b.points[e][:len(sum)] {
					sum[i] += p
				}
				continue
			}
			values := b.frame.Columns[e][:len(sum)]
			for i, p := range b.points[e][:len(sum)] {
				if !math.IsNaN(values[i]) {
					sum[i] += p
				}
			}
		}
		for i, p := range sum {
			if g < n || math.Abs(p) > math.Abs(points[n-1][i]) {
				insert(lead, points, i, g, p)
			}
		}
	}
	for r := range lead {
		for i, g := range lead[r] {
			if g < 0 || math.Abs(points[r][i]) < QuietPoints {
				lead[r][i] = -1
			} else {
				lead[r][i] = b.leader(b.scorer.members[g], points[r][i], i)
			}
		}
	}
	return lead, points
}

// insert puts group g of p points into row i's list, after those that have as
// many points or more.
func insert(lead [][]int, points [][]float64, i, g int, p float64) {
	r := len(lead) - 1
	for ; r > 0 && (lead[r-1][i] < 0 || math.Abs(p) > math.Abs(points[r-1][i])); r-- {
		lead[r][i], points[r][i] = lead[r-1][i], points[r-1][i]
	}
	if lead[r][i] < 0 || math.Abs(p) > math.Abs(points[r][i]) {
		lead[r][i], points[r][i] = g, p
	}
}

// leader returns which of a group's members has most points on the sum's side.
func (b *block) leader(members []int, sum float64, i int) int {
	lead := -1
	for _, e := range members {
		if (b.points[e][i] > 0) != (sum > 0) || !b.known(e, i) {
			continue
		}
		if lead < 0 || math.Abs(b.points[e][i]) > math.Abs(b.points[lead][i]) {
			lead = e
		}
	}
	return lead
}

// reasons lists row i's reasons from what strongest found.
func (b *block) reasons(i int, lead [][]int, points [][]float64) []Reason {
	list := make([]Reason, 0, len(lead))
	for r := range lead {
		if e := lead[r][i]; e >= 0 {
			list = append(list, Reason{Code: b.scorer.code(e), Points: points[r][i], Members: b.family(e, i), Subject: b.subject(e, i)})
		}
	}
	return list
}

// family lists the members of the family that entry e of row i leads, strongest first;
// nil: its reason is of one feature.
func (b *block) family(e, i int) []ReasonMember {
	if e >= len(b.scorer.fields) || b.scorer.family[e] < 0 {
		return nil
	}
	members := b.scorer.members[b.scorer.family[e]]
	list := make([]ReasonMember, 0, len(members))
	for _, j := range members {
		if points := b.points[j][i]; points != 0 && b.known(j, i) {
			list = append(list, ReasonMember{Feature: b.scorer.fields[j].Name, Points: points})
		}
	}
	slices.SortStableFunc(list, func(x, y ReasonMember) int { return cmp.Compare(math.Abs(y.Points), math.Abs(x.Points)) })
	return list
}

// code is the code of the reason that entry e leads.
func (s *Scorer) code(e int) string {
	if e < len(s.fields) {
		return s.codes[e]
	}
	return s.milestoneCodes[e-len(s.fields)]
}

// ReasonCode returns the theme and the code of an entry: a feature, then the
// milestones.
func (s *Scorer) ReasonCode(e int) (theme, code string) {
	if e < len(s.fields) {
		return string(s.catalog.Definitions[e].Theme), s.codes[e]
	}
	return ThemePath, s.milestoneCodes[e-len(s.fields)]
}

// subject is what entry e of row i is about.
func (b *block) subject(e, i int) Subject {
	s := b.scorer
	if e < len(s.fields) {
		d := &s.catalog.Definitions[e]
		return Subject{Definition: d, Value: ValueOf(d, b.frame.Columns[e][i]), Never: s.neverOf(e, b.frame.Columns, i, b.in.Date(b.first+i)), Family: s.family[e] >= 0}
	}
	m := e - len(s.fields)
	return Subject{Milestone: s.milestones[m], Value: reachedBy(b.reached[m], b.tenure, i), Expected: b.expected[m][i]}
}
