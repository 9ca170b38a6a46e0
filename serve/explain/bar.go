package explain

import (
	"math"
	"slices"
	"strings"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/serve/score"
)

// Kind is what sort of thing a bar stands for.
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

// PathMeasured is the name of the bar for a path that is measured at one of
// the two dates only.
const PathMeasured = "path_measured"

// themeModel is the theme, and the name, of the model's bar.
const themeModel = "model"

// themeCluster is the theme, and the name, of the bar of a change of cluster.
const themeCluster = "cluster"

// Bar is one entry of the movement. From and To are values like
// Contribution's; a cluster's are its ids, nil where the account had none.
type Bar struct {
	Kind    Kind    `json:"kind"`
	Feature string  `json:"feature"`
	Label   string  `json:"label"` // written by package serve/text
	Theme   string  `json:"theme"`
	Side    string  `json:"side"`
	Unit    string  `json:"unit"`
	From    any     `json:"from"`
	To      any     `json:"to"`
	LogOdds float64 `json:"log_odds"`
	Points  float64 `json:"points"`
	Shown   float64 `json:"shown"` // points as displayed: one decimal, rounded so that those shown add up
	Peers   any     `json:"peers"` // of the typical renewed account of the cluster; nil: unknown

	Definition *catalog.Definition `json:"-"` // of a feature; nil: the bar is of something else
	Never      [2]*score.Never     `json:"-"` // then and now, of days since what has not happened once; nil: it has
	Milestone  *Milestone          `json:"-"` // nil: the bar is of something else
	Clusters   *[2]score.Cluster   `json:"-"` // then and now, of a change of cluster; nil: the bar is of something else

	code   string
	group  string
	family bool   // its reason is of several features
	key    string // identifies the bar, across models too
}

// Milestone is what the bar of a milestone is about.
type Milestone struct {
	Name     string
	Expected float64 // share of renewed peers who had it at the same tenure
	// CaughtUp is set where the bar costs points although nothing was lost: the
	// account's lead is gone, because renewed peers have reached the milestone too.
	CaughtUp bool
}

// barsOf lists every entry of the movement from m0 to m1: features in the
// catalogue's order, then milestones, path, cluster and cut.
func barsOf(s *score.Scorer, m0, m1 *score.Row) ([]Bar, error) {
	f, err := flowOf(s, m0, m1)
	if err != nil {
		return nil, err
	}
	list := make([]Bar, 0, len(f.features)+len(f.milestones)+3)
	add := func(b Bar, w worth) {
		b.LogOdds, b.Points = w.logOdds, w.points
		list = append(list, b)
	}
	for j, w := range f.features {
		add(featureBar(s, m0, m1, j), w)
	}
	if f.milestones != nil {
		expected := m1.Path.Expected
		for j, w := range f.milestones {
			add(milestoneBar(s, m0, m1, j, expected[j], w.points), w)
		}
	}
	if r0, r1 := m0, m1; r0.Measured != r1.Measured {
		add(pathBar(r0, r1), f.path)
	}
	add(clusterBar(s, m0, m1), f.cluster)
	add(cutBar(m0.Cut, m1.Cut), f.cut)
	return list, nil
}

// changed keeps the bars that are not nothing, in place.
func changed(bars []Bar) []Bar {
	for i := range bars {
		b := &bars[i]
		b.Points, b.LogOdds = b.Points+0, b.LogOdds+0 // no negative zero in an answer
	}
	return slices.DeleteFunc(bars, func(b Bar) bool { return b.Points == 0 && b.LogOdds == 0 && b.From == b.To })
}

// featureBar describes feature j without its worth.
func featureBar(s *score.Scorer, m0, m1 *score.Row, j int) Bar {
	d := s.Definition(j)
	x0, x1 := m0.Frame.Columns[j][0], m1.Frame.Columns[j][0]
	b := Bar{
		Kind: KindFeature, Feature: d.Name, Definition: d,
		Theme: string(d.Theme), Side: string(d.Side), Unit: d.Unit,
		From: score.ValueOf(d, x0), To: score.ValueOf(d, x1), Peers: typical(s, m1.Cluster, j), key: s.FeatureKey(j),
	}
	b.code, b.group = s.FeatureCode(j)
	b.Never = [2]*score.Never{neverOf(s, m0, j), neverOf(s, m1, j)}
	b.family = s.Family(j)
	switch {
	case math.IsNaN(x0) != math.IsNaN(x1):
		b.Kind = KindDataQuality
		b.code = s.MissingCode(j)
		b.group = "quality/" + b.group
	case ofTime(d):
		b.Kind = KindCalendar
	case b.Never[0] != nil && b.Never[1] != nil: // nothing has happened but that time went by
		b.Kind, b.Theme = KindCalendar, string(catalog.Calendar)
		b.group = score.TimeGroup + strings.TrimPrefix(b.group, score.TimeGroup)
	}
	return b
}

// neverOf is what is known of feature j of a row where that is never; nil: it is
// not, or the row is of no account at a date, as the typical one.
func neverOf(s *score.Scorer, m *score.Row, j int) *score.Never {
	if m.In == nil || m.In.AsOf == nil {
		return nil
	}
	return s.NeverOf(m.In, 0, j)
}

// typical is feature j of the typical renewed account of cluster k; nil: not
// known, or of time, which nobody has in common.
func typical(s *score.Scorer, k, j int) any {
	d := s.Definition(j)
	if s.Peers() == nil || ofTime(d) {
		return nil
	}
	return score.ValueOf(d, s.Peers().Typical(k, j))
}

// ofTime is whether time moved the bar, and not the account: what follows the
// calendar, and a milestone that renewed peers have reached since.
func (b *Bar) ofTime() bool {
	return strings.HasPrefix(b.group, score.TimeGroup) || b.Kind == KindMilestone && b.From == b.To
}

// ofTime is whether a feature moves by itself, with the calendar.
func ofTime(d *catalog.Definition) bool { return d.Theme == catalog.Calendar }

// clusterBar describes the change of cluster without its worth.
func clusterBar(s *score.Scorer, m0, m1 *score.Row) Bar {
	c0, c1 := s.ClusterOf(m0), s.ClusterOf(m1)
	return Bar{
		Kind: KindCluster, Feature: "cluster", Theme: themeCluster, Side: score.SideBoth,
		From: clusterValue(c0), To: clusterValue(c1), Clusters: &[2]score.Cluster{c0, c1},
		code: "CLUSTER.CHANGED", group: themeCluster, key: themeCluster,
	}
}

// clusterValue is a cluster's id as a value; nil without one.
func clusterValue(c score.Cluster) any {
	if c.None() {
		return nil
	}
	return c.ID
}

// milestoneBar describes milestone j; points is what it moved.
func milestoneBar(s *score.Scorer, m0, m1 *score.Row, j int, expected, points float64) Bar {
	name, before, now := s.Milestones()[j], m0.Reached(j), m1.Reached(j)
	return Bar{
		Kind: KindMilestone, Feature: score.MilestonePrefix + name,
		Theme: score.ThemePath, Side: score.SidePath, Unit: "days",
		From: before, To: now,
		Milestone: &Milestone{Name: name, Expected: expected, CaughtUp: before != nil && now != nil && !(points >= 0)},
		code:      s.MilestoneCode(j), group: score.MilestonePrefix + name, key: score.MilestonePrefix + name,
	}
}

// pathBar describes a path that is measured at one date only.
func pathBar(r0, r1 *score.Row) Bar {
	return Bar{
		Kind: KindDataQuality, Feature: PathMeasured, Theme: score.ThemePath, Side: score.SidePath,
		From: r0.Measured, To: r1.Measured,
		code: "DATA_QUALITY.PATH_MEASURED", group: PathMeasured, key: PathMeasured,
	}
}

// cutBar describes what the cut of the outlook to 0..100 adds, in its points.
func cutBar(from, to float64) Bar {
	return Bar{
		Kind: KindCut, Feature: score.OutlookCut, Theme: score.ThemeCut, Side: score.SideOutlook,
		From: from, To: to, Unit: "points", key: score.OutlookCut,
	}
}

// modelBar describes the change from one model to another.
func modelBar(from, to string) Bar {
	return Bar{
		Kind: KindModel, Feature: themeModel, Theme: themeModel, Side: score.SideBoth,
		From: from, To: to,
		code: "MODEL.CHANGED", group: themeModel, key: themeModel,
	}
}

func sumPoints(bars []Bar) float64 {
	total := 0.0
	for i := range bars {
		total += bars[i].Points
	}
	return total
}
