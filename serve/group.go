package serve

import (
	"cmp"
	"math"
	"slices"

	"github.com/etappe/etappe/models"
)

// themes names the groups of a waterfall in both languages.
var themes = map[string][2]string{
	"adoption":     {"Adoption", "Nutzung"},
	"breadth":      {"Breadth", "Breite"},
	"people":       {"People", "Menschen"},
	"support":      {"Support", "Support"},
	"sentiment":    {"Sentiment", "Stimmung"},
	"commercial":   {"Commercial", "Vertrag"},
	"calendar":     {"Calendar", "Kalender"},
	"data_quality": {"Data quality", "Datenqualität"},
	themeCluster:   {"Measured with other peers", "Mit anderen Accounts verglichen"},
	themePath:      {"Success path", "Erfolgspfad"},
	themeCut:       {"Outlook kept within 0 to 100", "Ausblick auf 0 bis 100 begrenzt"},
}

func (l Language) theme(name string) string {
	words, ok := themes[name]
	if !ok {
		return name
	}
	return l.pick(words[0], words[1])
}

// group is the bars of one theme, strongest first, without those that show as
// 0.0; data of bad quality is a theme of its own.
type group struct {
	name   string
	points float64 // sum of shown
	bars   []*Bar
	shown  []float64 // [bar] points, rounded
}

// shownPoints rounds the points of the bars to one decimal so that they add up
// to the difference of the two scores as shown. Where rounding the scores gives
// or takes a tenth, the strongest bar bears it.
func (e *Explanation) shownPoints() []float64 {
	total := round1(round1(e.To.HealthScore) - round1(e.From.HealthScore))
	points := make([]float64, len(e.Bars))
	strongest := 0
	for i := range e.Bars {
		points[i] = e.Bars[i].Points
		if math.Abs(points[i]) > math.Abs(points[strongest]) {
			strongest = i
		}
	}
	if change := sumPoints(e.Bars); len(points) > 0 && round1(change) != total {
		points[strongest] += total - change
	}
	return models.LargestRemainder(points, 1)
}

// groupBars puts bars together by theme, the heaviest theme first.
func groupBars(bars []Bar, shown []float64) []group {
	var groups []group
	for i := range bars {
		if shown[i] == 0 {
			continue
		}
		name := bars[i].Theme
		if bars[i].Kind == KindDataQuality {
			name = string(KindDataQuality)
		}
		at := slices.IndexFunc(groups, func(g group) bool { return g.name == name })
		if at < 0 {
			at = len(groups)
			groups = append(groups, group{name: name})
		}
		g := &groups[at]
		g.bars = append(g.bars, &bars[i])
		g.shown = append(g.shown, shown[i])
		g.points = round1(g.points + shown[i])
	}
	for i := range groups {
		groups[i].sort()
	}
	slices.SortStableFunc(groups, func(a, b group) int {
		return cmp.Compare(math.Abs(b.points), math.Abs(a.points))
	})
	return groups
}

// single tells whether the group is one bar that its own line says all about.
func (g *group) single() bool { return g.name == themeCluster || g.name == themeCut }

// sort puts the strongest bars first.
func (g *group) sort() {
	order := make([]int, len(g.bars))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(math.Abs(g.shown[b]), math.Abs(g.shown[a]))
	})
	g.bars, g.shown = models.Pick(g.bars, order), models.Pick(g.shown, order)
}
