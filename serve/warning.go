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
			"the model was trained %d days ago; retrain after %d",
			"das Modell wurde vor %d Tagen trainiert; nach %d Tagen neu trainieren"), info.AgeDays, s.options.StaleAfter)})
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
			missing = append(missing, d.Name)
		} else if unseen(d, x) {
			list = append(list, Warning{WarnUnseenLevel, fmt.Sprintf(l.pick(
				"%s has a level that the model was not trained on",
				"%s hat eine Ausprägung, die im Training nicht vorkam"), d.Name)})
		}
	}
	if n := len(s.fields); float64(len(missing)) > s.options.MissingShare*float64(n) {
		named := strings.Join(missing[:min(len(missing), missingNamed)], ", ")
		if rest := len(missing) - missingNamed; rest > 0 {
			named += fmt.Sprintf(l.pick(" and %d more", " und %d weitere"), rest)
		}
		list = append(list, Warning{WarnMissingData, fmt.Sprintf(l.pick(
			"%d of %d features are missing: %s", "%d von %d Merkmalen fehlen: %s"), len(missing), n, named)})
	}
	return list
}
