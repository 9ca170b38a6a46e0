package chart

// What the tests outside the package need: they read pictures back with
// charttest, which imports this package.
var (
	AnyStage    = anyStage
	AnyTimeline = anyTimeline
	DemoStage   = demoStage
)

const (
	CoinRadius   = coinRadius
	BetweenInset = betweenInset
	Narrow       = phoneWidth
	Wide         = fullWidth
)

func StageAt(v Stage, width float64) string       { return string(drawStage("s", v, width).html()) }
func TimelineAt(v Timeline, width float64) string { return string(drawTimeline("t", v, width).html()) }
func BetweenAt(v Between, width float64) string   { return string(drawBetween("b", v, width).html()) }
func RenewalsAt(v Renewals, width float64) string { return string(v.draw("r", width).html()) }

func CurveAt(v Curve, width float64) string     { return string(v.draw(width).html()) }
func BarsAt(v Bars, width float64) string       { return string(v.draw(width).html()) }
func HeatmapAt(v Heatmap, width float64) string { return string(v.draw(width).html()) }

const (
	WideFile   = wideWidth
	NarrowFile = narrowWidth
)
