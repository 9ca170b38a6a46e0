package serve

import (
	"fmt"
	"math"
	"strings"
)

// missingNamed is how many missing features a warning names.
const missingNamed = 3

// warnings lists what a reader of row i's answer must know; never nil.
func (s *Scorer) warnings(m *measured, i int, info ModelInfo) []Warning {
	l := m.in.Language
	list := []Warning{}
	if m.in.Warnings != nil {
		list = append(list, m.in.Warnings[i]...)
	}
	if info.AgeDays > s.options.StaleAfter {
		list = append(list, Warning{WarnStaleModel, fmt.Sprintf(l.pick(
			"the model was trained %s ago; retrain after %s",
			"das Modell wurde vor %s trainiert; nach %s neu trainieren"), l.days(info.AgeDays), l.days(s.options.StaleAfter))})
	}
	if m.outlier != nil && m.outlier[i] {
		list = append(list, Warning{WarnOutOfDistribution, l.pick(
			"the account is unlike those the model was trained on",
			"der Account gleicht keinem, mit dem das Modell trainiert wurde")})
	}
	if !m.rows[i].measured {
		list = append(list, Warning{WarnPathNotMeasured, s.pathText(l, m.frame.ClusterOf(i))})
	}
	return append(list, s.featureWarnings(m, i)...)
}

// pathText says why the path of an account in cluster k is not measured.
func (s *Scorer) pathText(l Language, k int) string {
	why := l.pick("no milestones, or no tenure to measure them by, were given",
		"es fehlen Meilensteine oder das Alter des Accounts")
	switch {
	case s.path == nil:
		why = l.pick("the model knows no success path", "das Modell kennt keinen Erfolgspfad")
	case !s.hasPath(k):
		why = l.pick("the account's cluster has no success path", "der Cluster des Accounts hat keinen Erfolgspfad")
	}
	return why + l.pick(": health is the outlook alone", ": der Health Score ist allein der Ausblick")
}

// featureWarnings tells of features that are missing or hold an unseen level.
func (s *Scorer) featureWarnings(m *measured, i int) []Warning {
	l := m.in.Language
	var list []Warning
	var missing []string
	for j := range s.fields {
		d := &s.catalog.Definitions[j]
		x := m.frame.Columns[j][i]
		if math.IsNaN(x) {
			missing = append(missing, l.of(d.Text))
		} else if unseen(d, x) {
			list = append(list, Warning{WarnUnseenLevel, fmt.Sprintf(l.pick(
				"%s has a level that the model was not trained on",
				"%s hat eine Ausprägung, die im Training nicht vorkam"), l.of(d.Text))})
		}
	}
	if n := len(s.fields); float64(len(missing)) > s.options.MissingShare*float64(n) {
		list = append(list, Warning{WarnMissingData, l.missing(missing, n, m.in.date(i))})
	}
	return list
}

// MilestonesIgnored is the warning that milestones were reached on the as-of date
// or later, so that they are not known at it.
func (l Language) MilestonesIgnored(names []string) Warning {
	return Warning{WarnMilestoneIgnored, l.pick(
		"not before the as-of date, so not known at it: ",
		"nicht vor dem Stichtag, daher dort nicht bekannt: ") + strings.Join(names, ", ")}
}

// missing names some of the features that are missing of n at a date ("":
// unknown). They are parted by semicolons, for their names have commas.
func (l Language) missing(labels []string, n int, date string) string {
	named := strings.Join(labels[:min(len(labels), missingNamed)], "; ")
	if rest := len(labels) - missingNamed; rest > 0 {
		named += fmt.Sprintf(l.pick("; and %s more", "; und %s weitere"), l.whole(rest))
	}
	if date != "" {
		return fmt.Sprintf(l.pick("on %s, %s of %s features are missing: %s", "am %s fehlen %s von %s Merkmalen: %s"),
			l.isoDay(date), l.whole(len(labels)), l.whole(n), named)
	}
	return fmt.Sprintf(l.pick("%s of %s features are missing: %s", "%s von %s Merkmalen fehlen: %s"),
		l.whole(len(labels)), l.whole(n), named)
}
