package history

import (
	"cmp"
	"database/sql"
	"fmt"
	"math"
	"time"
)

// Snapshot is one answer and everything needed to give it again. Its key is
// account, as-of date and model.
type Snapshot struct {
	AccountID string
	AsOf      time.Time // midnight UTC
	Model     string    // version of the artifact that answered

	Fingerprint string             // of the feature catalogue that orders Values
	Values      []float64          // [feature], NaN missing, codes of levels for categoricals
	Tenure      float64            // days; NaN: the path cannot be measured
	Reached     map[string]float64 // milestone -> tenure in days when reached, those reached only; nil: journey unknown
	Stale       []string           // codes of the reader's warnings about the data

	Health  float64 // points as answered, finite
	Outlook float64 // points
	Path    float64 // points; NaN: not measured
	Churn   float64 // probability, 0 to 1
	Low     float64 // interval of Churn; NaN: none
	High    float64

	// Band is the code of a band. As read it is the one that is displayed at the date:
	// that displayed at the date before stays for as long as it is Plain or Near. As
	// written it is the band of the health score alone, unless Plain holds that.
	Band  string
	Plain string    // band of the health score alone
	Near  string    // the other band that an account displayed it before stays in; "": none
	Since time.Time // as read only: the date since which Band has been displayed; zero: not known

	ClusterID   string
	ClusterName string
	Membership  float64 // 0 to 1

	TopTheme  string // theme of the strongest reason, "" where there is none
	TopReason string // its code

	// Movement is how far the account moved since the answer before, as computed when this
	// one was given; nil: not computed.
	Movement *Movement

	// Behaviour is what the account did in the weeks before, packed; nil: not known.
	Behaviour []byte
	// Common is what all accounts had in common in those weeks, packed, as Writer.Common
	// stored it: as read only; nil: not known.
	Common []byte
}

// day is a date as the tables hold it: days since 1970-01-01.
type day int64

const secondsPerDay = 24 * 60 * 60

func dayOf(t time.Time) day {
	s := t.Unix()
	if d := s / secondsPerDay; s%secondsPerDay >= 0 {
		return day(d)
	}
	return day(s/secondsPerDay - 1)
}

func (d day) time() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// dateOf turns a column of days that may be empty into a time.
func dateOf(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return day(n.Int64).time()
}

// midnight refuses a moment that is not the start of a day in UTC.
func midnight(t time.Time) (day, error) {
	d := dayOf(t)
	if t.IsZero() || !d.time().Equal(t) {
		return 0, fmt.Errorf("%w: %s is not midnight UTC", ErrInput, t.Format(time.RFC3339Nano))
	}
	return d, nil
}

// plain is the band of the health score alone, of a snapshot to be written.
func (sn *Snapshot) plain() string { return cmp.Or(sn.Plain, sn.Band) }

// validate refuses what could not be found, sorted or given again.
func (sn *Snapshot) validate() error {
	if err := checkID(sn.AccountID); err != nil {
		return err
	}
	if sn.Model == "" {
		return fmt.Errorf("%w: a snapshot of account %q names no model", ErrInput, sn.AccountID)
	}
	if math.IsNaN(sn.Health) || math.IsInf(sn.Health, 0) {
		return fmt.Errorf("%w: the health score of account %q is %g", ErrInput, sn.AccountID, sn.Health)
	}
	if !(sn.Churn >= 0 && sn.Churn <= 1) {
		return fmt.Errorf("%w: the churn probability of account %q is %g", ErrInput, sn.AccountID, sn.Churn)
	}
	return nil
}
