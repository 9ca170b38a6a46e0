package train

import (
	"math"
	"regexp"
	"strconv"

	"github.com/etappe/etappe/models/behaviour"
)

// Health is the health section of etappe.yaml: how log-odds become points, and how
// the thresholds of the bands are set. At most one of Healthy or Sick, Shares and
// Capacity is given; none: from the base rate.
type Health struct {
	PointsPerDoubling float64     `yaml:"points_per_doubling,omitempty" json:"points_per_doubling,omitempty" jsonschema:"description=points per doubling of the odds of renewal; default 10"`
	PathWeight        *float64    `yaml:"path_weight,omitempty" json:"path_weight,omitempty" jsonschema:"description=share of the proactive side (0 to 1); default 0.5"`
	Healthy           float64     `yaml:"healthy,omitempty" json:"healthy,omitempty" jsonschema:"description=health score from which an account is healthy; default: set at training from the base rate"`
	Sick              float64     `yaml:"sick,omitempty" json:"sick,omitempty" jsonschema:"description=health score below which an account is sick; default: set at training from the base rate"`
	Shares            *BandShares `yaml:"shares,omitempty" json:"shares,omitempty" jsonschema_description:"shares of the accounts that are to be sick and at risk, instead of thresholds"`
	Capacity          string      `yaml:"capacity,omitempty" json:"capacity,omitempty" jsonschema:"description=how many accounts the team can call, such as 20 a week: no more are sick; instead of thresholds,pattern=^[0-9]+(\\.[0-9]+)? (a|per) (day|week|month|quarter|year)$"`
	Recalibrate       bool        `yaml:"recalibrate,omitempty" json:"recalibrate,omitempty" jsonschema:"description=whether a retrain sets the thresholds anew instead of keeping those of the model before it; default false"`
	Hysteresis        *float64    `yaml:"hysteresis,omitempty" json:"hysteresis,omitempty" jsonschema:"description=points by which a health score must pass a threshold before the band shown of an account changes; at most half of what is between the thresholds; default 3\\, or a quarter of what is between them where that is less"`
	FalseAlarms       float64     `yaml:"false_alarms,omitempty" json:"false_alarms,omitempty" jsonschema:"description=share of comparisons of an account that nothing happened to in which its behaviour may be reported as changed for the worse\\, and the same for the better; default 0.02"`
}

// BandShares are shares of the accounts by band; the others are healthy.
type BandShares struct {
	Sick   float64 `yaml:"sick" json:"sick" jsonschema:"description=share of the accounts with the lowest health scores that are sick"`
	AtRisk float64 `yaml:"at_risk" json:"at_risk" jsonschema:"description=share of the accounts above those that are at risk"`
}

// usualHysteresis is by how many points a health score must pass a threshold,
// where the thresholds are far enough apart.
const usualHysteresis = 3.0

func (h Health) withDefaults() Health {
	if h.PointsPerDoubling == 0 {
		h.PointsPerDoubling = 10
	}
	if h.PathWeight == nil {
		half := 0.5
		h.PathWeight = &half
	}
	if h.FalseAlarms == 0 {
		h.FalseAlarms = behaviour.DefaultLimit
	}
	return h
}

// hysteresis is the configured one where it fits between the thresholds, or else the
// usual one.
func (h Health) hysteresis(healthy, sick float64) float64 {
	if h.Hysteresis != nil {
		return min(*h.Hysteresis, (healthy-sick)/2)
	}
	return min(usualHysteresis, (healthy-sick)/4)
}

// capacityPattern is a number of accounts in a time.
var capacityPattern = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?) (?:a|per) (day|week|month|quarter|year)$`)

// weeksOf is how many weeks a time has.
var weeksOf = map[string]float64{"day": 1. / 7, "week": 1, "month": 365.25 / 84, "quarter": 365.25 / 28, "year": 365.25 / 7}

// perWeek is how many accounts the team can call in a week; 0 without a capacity, NaN
// for one that cannot be read.
func (h Health) perWeek() float64 {
	if h.Capacity == "" {
		return 0
	}
	m := capacityPattern.FindStringSubmatch(h.Capacity)
	if m == nil {
		return math.NaN()
	}
	n, err := strconv.ParseFloat(m[1], 64)
	if err != nil || !(n > 0) {
		return math.NaN()
	}
	return n / weeksOf[m[2]]
}

// Validate refuses a scale that no score can be read on. Errors match
// datasets.ErrConfig and name the key.
func (h Health) Validate() error {
	h = h.withDefaults()
	switch {
	case !(h.PointsPerDoubling > 0 && h.PointsPerDoubling <= 100):
		return refuse("health.points_per_doubling", "points above 0 and up to 100, not %v", h.PointsPerDoubling)
	case !(*h.PathWeight >= 0 && *h.PathWeight <= 1):
		return refuse("health.path_weight", "a share from 0 to 1, not %v", *h.PathWeight)
	case !(h.FalseAlarms >= 0.0001 && h.FalseAlarms <= 0.2):
		return refuse("health.false_alarms", "a share from 0.0001 to 0.2, not %v", h.FalseAlarms)
	case h.Hysteresis != nil && !(*h.Hysteresis >= 0 && *h.Hysteresis <= 50):
		return refuse("health.hysteresis", "points from 0 to 50, not %v", *h.Hysteresis)
	}
	return h.checkBands()
}

// checkBands refuses thresholds that cannot be, and more than one rule for them.
func (h Health) checkBands() error {
	given := 0
	for _, is := range []bool{h.Healthy != 0 || h.Sick != 0, h.Shares != nil, h.Capacity != ""} {
		if is {
			given++
		}
	}
	switch s := h.Shares; {
	case given > 1:
		return refuse("health", "healthy and sick, or shares, or capacity, not several of them")
	case h.Capacity != "" && !(h.perWeek() > 0):
		return refuse("health.capacity", "accounts in a time, such as 20 a week (day, week, month, quarter or year), not %q", h.Capacity)
	case s != nil && !(s.Sick >= 0 && s.AtRisk >= 0 && s.Sick+s.AtRisk > 0 && s.Sick+s.AtRisk <= 1):
		return refuse("health.shares", "shares from 0 to 1 that sum to at most 1, not sick %v and at_risk %v", s.Sick, s.AtRisk)
	case h.Healthy == 0 && h.Sick == 0:
		return nil
	case h.Healthy == 0 && !(h.Sick > 0 && h.Sick <= 100-2*leastBetween):
		return refuse("health.sick", "points above 0 and up to %v, not %v", 100-2*leastBetween, h.Sick)
	case h.Sick == 0 && !(h.Healthy >= 2*leastBetween && h.Healthy < 100):
		return refuse("health.healthy", "points from %v and below 100, not %v", 2*leastBetween, h.Healthy)
	case h.Healthy == 0 || h.Sick == 0:
		return nil
	case !(h.Sick > 0 && h.Sick < h.Healthy && h.Healthy < 100):
		return refuse("health", "0 < sick < healthy < 100, not sick %v and healthy %v", h.Sick, h.Healthy)
	case h.Hysteresis != nil && !(*h.Hysteresis <= (h.Healthy-h.Sick)/2):
		return refuse("health.hysteresis", "points from 0 to %v, half of what is between the thresholds, not %v", (h.Healthy-h.Sick)/2, *h.Hysteresis)
	}
	return nil
}
