package chart

import (
	"html/template"
	"slices"
	"time"
)

// Timeline is the chart of the score over time.
type Timeline struct {
	Title, Description string
	Points             []TimePoint // by date; several models may have answered at one
	Events             []TimeEvent
	Clusters           []TimeEvent       // where the account came into another cluster, or into its first
	Healthy, Sick      float64           // thresholds of the bands
	Bands              [3]string         // healthy, at risk, sick
	FromWord, ToWord   string            // name the rows in which the two dates are picked
	ModelWord          string            // stands before a model's name
	Models             map[string]string // names of the models by version
	Month              func(time.Time) string
}

// TimePoint is one stored answer.
type TimePoint struct {
	At       time.Time
	Health   float64 // 0 to 100
	Model    string  // version
	Shown    bool    // by the model that is shown where several answered
	From, To bool    // one of the two dates of the comparison
	Text     string  // date and score in words
	Href     string  // "": no link; compares the date before with this one
	FromHref string  // makes this the earlier date; "": it cannot be
	ToHref   string  // makes this the later date; "": it cannot be
	FromText string
	ToText   string
}

// TimeEvent is something that we did, or that changed what the account is measured by.
type TimeEvent struct {
	At   time.Time
	Text string
}

// Measures of the timeline, in user units.
const (
	timeLeft   = 38.0 // for the numbers of the axis
	timeRight  = 10.0
	timeTop    = 26.0 // for the names of the two dates
	timeHeight = 190.0
	timeText   = 12.0
	timeStrip  = 26.0 // of models, of picked dates
	timeLine   = 16.0
	timePicks  = 60 // dates up to which they can be picked in the rows below
	timeNarrow = 480.0
)

// SVG draws the chart for a screen and for a phone. name is unique in the page.
// There is at least one point.
func (v Timeline) SVG(name string) template.HTML {
	return fullSize(name, func(id string, width float64) *drawing { return drawTimeline(id, v, width) })
}

// drawTimeline draws the chart, width user units wide.
func drawTimeline(id string, v Timeline, width float64) *drawing {
	c := newTimelineLayout(v, width)
	d := newDrawing(id, v.Title, v.Description, width, c.height)
	c.drawBands(d)
	c.drawModels(d)
	c.drawEvents(d)
	c.drawClusters(d)
	c.drawChosen(d)
	c.drawLines(d)
	c.drawPoints(d)
	c.drawPicks(d)
	c.drawBandKey(d)
	return d
}

// timelineLayout is the chart with its places worked out.
type timelineLayout struct {
	view   Timeline
	width  float64
	height float64
	x, y   scale
	right  float64  // where the chart ends
	models []string // versions by their first date
	modelY float64  // top of the row of models
	eventY float64  // where events are marked
	pickY  float64  // top of the rows of dates; 0: there are too many
	keyY   float64  // top of the names of the bands on a phone
	narrow bool
}

func newTimelineLayout(v Timeline, width float64) timelineLayout {
	first, last := v.Points[0].At, v.Points[len(v.Points)-1].At
	for _, e := range v.Events {
		first, last = earlier(first, e.At), later(last, e.At)
	}
	c := timelineLayout{view: v, width: width, narrow: width < timeNarrow}
	c.right = width - timeRight
	if !c.narrow { // the bands are named beside the chart
		for _, name := range v.Bands {
			c.right = min(c.right, width-timeRight-TextWidth(name, timeText))
		}
	}
	const inset = 12.0
	c.x = scale{low: unixDays(first), high: unixDays(last), from: timeLeft + inset, to: c.right - inset}
	c.y = scale{low: 0, high: 100, from: timeTop + timeHeight, to: timeTop}
	for _, p := range v.Points {
		if !slices.Contains(c.models, p.Model) {
			c.models = append(c.models, p.Model)
		}
	}
	bottom := c.y.from + timeStrip // the months
	if len(v.Events) > 0 {
		c.eventY = bottom + 4
		bottom += timeStrip - 6
	}
	c.modelY = bottom
	_, rows := c.placeModels()
	bottom += timeStrip + float64(rows-1)*timeLine
	if len(v.Points) > 1 && len(v.Points) <= timePicks {
		c.pickY = bottom
		bottom += 2 * timeStrip
	}
	if c.narrow {
		c.keyY = bottom + 2
		bottom += timeLine + 2
	}
	c.height = bottom + 4
	return c
}

func unixDays(t time.Time) float64 { return float64(t.Unix()) / 86_400 }

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// at is where a day lies.
func (c *timelineLayout) at(t time.Time) float64 { return c.x.at(unixDays(t)) }

// months lists the first days of months that have room below the axis, each
// with its text: every one, two, three, six or every twelfth month.
func (c *timelineLayout) months() []time.Time {
	from, to := time.Unix(int64(c.x.low*86_400), 0).UTC(), time.Unix(int64(c.x.high*86_400), 0).UTC()
	for _, step := range []int{1, 2, 3, 6, 12, 24, 60, 120} {
		var list []time.Time
		fits, free := true, 0.0
		for m := time.Date(from.Year()-from.Year()%10, 1, 1, 0, 0, 0, 0, time.UTC); !m.After(to); m = m.AddDate(0, step, 0) {
			if m.Before(from) {
				continue
			}
			half := TextWidth(c.view.Month(m), timeText) / 2
			if c.at(m)+half > c.width || c.at(m)-half < 0 {
				continue
			}
			fits = fits && c.at(m)-half >= free
			free = c.at(m) + half + 10
			list = append(list, m)
		}
		if fits {
			return list
		}
	}
	return nil
}
