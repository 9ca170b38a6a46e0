package artifact

import "fmt"

// Bands is how the thresholds of the bands were set (models.Points holds them), and
// what became of the judged renewals in each band.
type Bands struct {
	Rule string `json:"rule"`                // one of the Bands… constants
	Kept string `json:"kept_from,omitempty"` // version of the model whose thresholds go on; "": set by this run
	// Healthy is the health score from which an account is healthy, Sick that below
	// which it is sick.
	Healthy float64 `json:"healthy"`
	Sick    float64 `json:"sick"`
	// Base is the share of the decided renewals that churned when they were set;
	// AtRisk and SickFrom are the probabilities of churn from which the words
	// at risk and sick are true.
	Base     float64 `json:"base_rate"`
	AtRisk   float64 `json:"at_risk_from"`
	SickFrom float64 `json:"sick_from"`
	// What the configuration wanted; zero where it did not.
	SickShare   float64   `json:"sick_share,omitempty"`    // of the judged renewals
	AtRiskShare float64   `json:"at_risk_share,omitempty"` // of the judged renewals
	Capacity    *Capacity `json:"capacity,omitempty"`
	// Lines are healthy, at risk and sick, with the judged renewals in each.
	Lines []BandLine `json:"bands"`
	// AUC is that of the health score of the judged rows, Outlook that of the
	// probability alone.
	AUC     float64     `json:"auc"`
	Outlook float64     `json:"auc_of_probability"`
	Path    *PathSpread `json:"path,omitempty"` // nil: the rows have no success path
}

// PathSpread is the 10th and 90th percentile of the judged rows' success path, in points.
type PathSpread struct {
	Low  float64 `json:"p10"`
	High float64 `json:"p90"`
}

// The rules by which thresholds are set.
const (
	BandsBaseRate   = "base_rate"  // from the base rate: words agree with the probability
	BandsCapacity   = "capacity"   // the same, and no more sick accounts than the team can call
	BandsShares     = "shares"     // shares of the accounts that the configuration names
	BandsThresholds = "thresholds" // health scores that the configuration names
)

// Capacity is how many accounts a team can call, as a share of its portfolio:
//
//	Share = min(1, PerWeek · Window / 7 / Accounts)
type Capacity struct {
	PerWeek  float64 `json:"per_week"`
	Window   int     `json:"window_days"` // how long before the renewal the earliest snapshot usually lies
	Accounts int     `json:"accounts"`    // with a contract at the end of the data
	Share    float64 `json:"share"`
}

// BandLine is a band with the judged renewals in it; each renewal counts once.
type BandLine struct {
	Band  string  `json:"band"`  // healthy, at_risk or sick
	Share float64 `json:"share"` // of the judged renewals
	// Judged is the mean probability predicted and the share that churned, with its
	// 90 % interval; nil: nobody is in the band.
	Judged *CalibrationBin `json:"judged,omitempty"`
}

// Contradicts reports whether what became of a band's renewals contradicts its name,
// beyond chance: healthy accounts churned as often as those at risk should,
// accounts at risk less than those or as often as the sick, sick ones less often than
// accounts at risk.
func (b *Bands) Contradicts(l BandLine) bool {
	if l.Judged == nil {
		return false
	}
	switch l.Band {
	case "healthy":
		return l.Judged.Low > b.AtRisk
	case "at_risk":
		return l.Judged.High < b.AtRisk || l.Judged.Low > b.SickFrom
	}
	return l.Judged.High < b.AtRisk
}

// Scores is the range of health scores of a band.
func (b *Bands) Scores(band string) string {
	switch band {
	case "healthy":
		return fmt.Sprintf("%.4g to 100", b.Healthy)
	case "sick":
		return fmt.Sprintf("below %.4g", b.Sick)
	}
	return fmt.Sprintf("%.4g to %.4g", b.Sick, b.Healthy)
}

// String is how the thresholds were set; "" for nil.
func (b *Bands) String() string {
	if b == nil {
		return ""
	}
	text := map[string]string{
		BandsBaseRate:   fmt.Sprintf("from the base rate of %.1f %%: at risk from a churn probability of %.1f %%, sick from %.1f %%", 100*b.Base, 100*b.AtRisk, 100*b.SickFrom),
		BandsShares:     fmt.Sprintf("the configured shares: sick %.1f %%, at risk %.1f %%", 100*b.SickShare, 100*b.AtRiskShare),
		BandsThresholds: "as configured",
	}
	text[BandsCapacity] = text[BandsBaseRate]
	out := text[b.Rule]
	if c := b.Capacity; c != nil {
		out += fmt.Sprintf("; at most %.1f %% sick: %.4g calls a week for %d accounts within %d days", 100*c.Share, c.PerWeek, c.Accounts, c.Window)
	}
	if b.Kept != "" {
		out += "; kept from " + b.Kept
	}
	return out
}
