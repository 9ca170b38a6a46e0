package train

import (
	"fmt"
	"time"

	"github.com/etappe/etappe/datasets"
	"github.com/etappe/etappe/models/additive"
)

// Bounds of what a configuration may request.
const (
	longestLead  = 3650 // days
	fewestBags   = 2    // their spread is the error band
	mostBags     = 1000
	mostClusters = 100
	mostSets     = 40
)

// Validate refuses numbers that mean nothing. Errors match datasets.ErrConfig
// and name the key.
func (c Config) Validate() error {
	for _, lead := range c.Leads {
		if lead < 1 || lead > longestLead {
			return refuse("train.leads", "days from 1 to %d, not %d", longestLead, lead)
		}
	}
	switch {
	case !(c.TestShare >= 0 && c.TestShare < 1):
		return refuse("train.test_share", "a share above 0 and below 1, not %v", c.TestShare)
	case c.TestFrom != "" && c.TestShare != 0:
		return refuse("train.test_from", "either a date or train.test_share")
	case c.TestFrom != "" && !isDate(c.TestFrom):
		return refuse("train.test_from", "a date like 2025-01-01, not %q", c.TestFrom)
	case c.Bags != 0 && (c.Bags < fewestBags || c.Bags > mostBags):
		return refuse("train.bags", "%d to %d, not %d", fewestBags, mostBags, c.Bags)
	case c.MaxClusters < 0 || c.MaxClusters > mostClusters:
		return refuse("train.max_clusters", "1 to %d, not %d", mostClusters, c.MaxClusters)
	case c.Unmeasured != nil && !(*c.Unmeasured >= 0 && *c.Unmeasured <= additive.MaxUnmeasured):
		return refuse("train.unmeasured", "a share from 0 to %v, not %v", additive.MaxUnmeasured, *c.Unmeasured)
	case c.Sets != nil && (*c.Sets < 0 || *c.Sets > mostSets):
		return refuse("train.sets", "0 to %d, not %d", mostSets, *c.Sets)
	}
	if err := c.checkNames(); err != nil {
		return err
	}
	return c.checkPath()
}

func isDate(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}

// check refuses settings and data that no model can be learned with.
func (o Options) check(d *Data) error {
	if err := o.Config.Validate(); err != nil {
		return err
	}
	if err := o.Health.Validate(); err != nil {
		return err
	}
	if o.Health.Capacity != "" && d.window == 0 {
		return refuse("health.capacity", "contracts: a feature table does not contain how many there are; give health.shares")
	}
	if err := o.Config.checkMilestones(d); err != nil {
		return err
	}
	if column := o.Config.Declared; column != "" {
		if _, err := d.declared(column); err != nil {
			return err
		}
	}
	return d.check()
}

func refuse(key, rule string, args ...any) error {
	return fmt.Errorf("%w: %s: %w", datasets.ErrConfig, key, fmt.Errorf(rule, args...))
}
