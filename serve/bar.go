package serve

import (
	"math"
	"strings"

	"github.com/etappe/etappe/features"
)

// Kind says what sort of thing a bar stands for.
type Kind string

// The kinds of bars.
const (
	KindFeature     Kind = "feature"
	KindCalendar    Kind = "calendar"     // time passed: tenure, days to renewal
	KindDataQuality Kind = "data_quality" // a value went missing or came back, or the path began or ceased to be measured
	KindMilestone   Kind = "milestone"
	KindCluster     Kind = "cluster" // measured against other peers
	KindCut         Kind = "cut"     // the outlook reached or left 0 or 100
	KindModel       Kind = "model"   // another model answered
)

// pathMeasured is the name of the bar for a path that is measured at one of
// the two dates only.
const pathMeasured = "path_measured"

// themeModel is the theme, and the name, of the model's bar.
const themeModel = "model"

// Bar is one entry of the movement. From and To are values like
// Contribution's; a cluster's are its ids.
type Bar struct {
	Kind    Kind    `json:"kind"`
	Feature string  `json:"feature"`
	Label   string  `json:"label"`
	Theme   string  `json:"theme"`
	Side    string  `json:"side"`
	Unit    string  `json:"unit"`
	From    any     `json:"from"`
	To      any     `json:"to"`
	LogOdds float64 `json:"log_odds"`
	Points  float64 `json:"points"`
	Shown   float64 `json:"shown"` // points as displayed: one decimal, rounded so that those shown add up
	Peers   any     `json:"peers"` // of the typical renewed account of the cluster; nil: unknown
	code    string
	group   string
	key     string // tells bars apart, across models too
	text    string // "Active users: 3 users (was 11)"
	values  string // "11 → 3 users"; "" where there is nothing to say
}

// bars lists every entry of the movement from m0 to m1: features in the
// catalogue's order, then milestones, path, cluster and cut.
func (s *Scorer) bars(m0, m1 *measured, l Language) ([]Bar, error) {
	f, err := s.flow(m0, m1)
	if err != nil {
		return nil, err
	}
	var list []Bar
	add := func(b Bar, w worth) {
		b.LogOdds, b.Points = w.logOdds, w.points
		list = append(list, b)
	}
	for j, w := range f.features {
		add(s.featureBar(m0, m1, j, l), w)
	}
	if f.milestones != nil {
		expected := m1.rows[0].path.Expected
		for j, w := range f.milestones {
			add(s.milestoneBar(m0, m1, j, expected[j], w.points, l), w)
		}
	}
	if r0, r1 := &m0.rows[0], &m1.rows[0]; r0.measured != r1.measured {
		add(pathBar(r0, r1, l), f.path)
	}
	add(s.clusterBar(m0, m1, l), f.cluster)
	add(cutBar(m0.rows[0].cut, m1.rows[0].cut, l), f.cut)
	return list, nil
}

// moved keeps the bars that say something.
func moved(bars []Bar) []Bar {
	kept := []Bar{}
	for _, b := range bars {
		b.Points, b.LogOdds = b.Points+0, b.LogOdds+0 // no negative zero in an answer
		if b.Points != 0 || b.LogOdds != 0 || b.From != b.To {
			kept = append(kept, b)
		}
	}
	return kept
}

// featureBar describes feature j without its worth.
func (s *Scorer) featureBar(m0, m1 *measured, j int, l Language) Bar {
	d := &s.catalog.Definitions[j]
	x0, x1 := m0.frame.Columns[j][0], m1.frame.Columns[j][0]
	b := Bar{
		Kind: KindFeature, Feature: d.Name, Label: l.of(d.Text),
		Theme: string(d.Theme), Side: string(d.Side), Unit: d.Unit,
		From: valueOf(d, x0), To: valueOf(d, x1),
		code: s.codes[j], group: s.groups[j], key: "feature/" + d.Name,
	}
	switch {
	case math.IsNaN(x0) != math.IsNaN(x1):
		b.Kind = KindDataQuality
		b.code = upperSnake(string(KindDataQuality)) + "." + upperSnake(d.Name)
		b.group = "quality/" + b.group
	case s.ofTime(j):
		b.Kind = KindCalendar
	}
	now := l.phrase(d, b.To)
	b.text = b.Label + ": " + now + " (" + l.pick("was ", "zuvor ") + l.then(d, b.From)
	if b.Peers = s.typical(m1.frame.ClusterOf(0), j); b.Peers != nil {
		b.text += l.pick("; renewed peers: ", "; verlängerte Accounts: ") + l.then(d, b.Peers)
	}
	b.text += ")"
	b.values = l.then(d, b.From) + " → " + now
	if b.From == b.To {
		b.values = now
	}
	return b
}

// typical is feature j of the typical renewed account of cluster k; nil: not
// known, or of time, which nobody has in common.
func (s *Scorer) typical(k, j int) any {
	if s.peers == nil || s.ofTime(j) {
		return nil
	}
	return valueOf(&s.catalog.Definitions[j], s.peers.Typical(k, j))
}

// ofTime tells whether time moved the bar, and not the account: what follows the
// calendar, and a milestone that renewed peers have reached since.
func (b *Bar) ofTime() bool {
	return strings.HasPrefix(b.group, timeGroup) || b.Kind == KindMilestone && b.From == b.To
}

// ofTime tells whether feature j moves by itself, with the calendar.
func (s *Scorer) ofTime(j int) bool { return s.catalog.Definitions[j].Theme == features.Calendar }

// clusterBar describes the change of cluster without its worth.
func (s *Scorer) clusterBar(m0, m1 *measured, l Language) Bar {
	c0, c1 := s.cluster(m0, 0), s.cluster(m1, 0)
	return Bar{
		Kind: KindCluster, Feature: "cluster", Theme: themeCluster, Side: sideBoth,
		Label: l.pick("Measured with other peers", "Mit anderen Accounts verglichen"),
		From:  c0.ID, To: c1.ID,
		values: c0.Name + " → " + c1.Name,
		code:   "CLUSTER.CHANGED", group: themeCluster, key: themeCluster,
		text: "cluster: " + c1.Name + " (" + l.pick("was ", "zuvor ") + c0.Name + ")",
	}
}

// milestoneBar describes milestone j; points is what it moved.
func (s *Scorer) milestoneBar(m0, m1 *measured, j int, expected, points float64, l Language) Bar {
	name, before, now := s.milestones[j], m0.reached(j, 0), m1.reached(j, 0)
	return Bar{
		Kind: KindMilestone, Feature: MilestonePrefix + name,
		Label: l.pick("milestone ", "Meilenstein ") + Spoken(name),
		Theme: themePath, Side: "proactive", Unit: "days",
		From: before, To: now,
		code: s.milestoneCodes[j], group: MilestonePrefix + name, key: MilestonePrefix + name,
		text:   l.milestoneMove(name, before, now, expected, points),
		values: l.milestoneState(now),
	}
}

// pathBar describes a path that is measured at one date only.
func pathBar(r0, r1 *health, l Language) Bar {
	text := l.pick("Success path is not measured any more", "Der Erfolgspfad wird nicht mehr gemessen")
	if r1.measured {
		text = l.pick("Success path is measured now", "Der Erfolgspfad wird jetzt gemessen")
	}
	return Bar{
		Kind: KindDataQuality, Feature: pathMeasured, Theme: themePath, Side: "proactive",
		Label: l.pick("Success path measured", "Erfolgspfad gemessen"),
		From:  r0.measured, To: r1.measured,
		code: "DATA_QUALITY.PATH_MEASURED", group: pathMeasured, key: pathMeasured, text: text,
	}
}

// cutBar describes what the cut of the outlook to 0..100 adds, in its points.
func cutBar(from, to float64, l Language) Bar {
	return Bar{
		Kind: KindCut, Feature: outlookCut, Theme: themeCut, Side: "reactive",
		Label: l.pick("Outlook kept within 0 to 100", "Ausblick auf 0 bis 100 begrenzt"),
		From:  from, To: to, Unit: "points", key: outlookCut,
	}
}

// modelBar describes the change from one model to another.
func modelBar(from, to string, l Language) Bar {
	return Bar{
		Kind: KindModel, Feature: themeModel, Theme: themeModel, Side: sideBoth,
		Label: l.pick("Another model", "Anderes Modell"),
		From:  from, To: to,
		values: from + " → " + to,
		code:   "MODEL.CHANGED", group: themeModel, key: themeModel,
		text: l.pick("model: ", "Modell: ") + to + " (" + l.pick("was ", "zuvor ") + from + ")",
	}
}

func sumPoints(bars []Bar) float64 {
	total := 0.0
	for i := range bars {
		total += bars[i].Points
	}
	return total
}
