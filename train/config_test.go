package train

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/etappe/etappe/datasets"
)

func TestConfigRefusesWhatMeansNothing(t *testing.T) {
	half, seven := 0.5, 7.0
	for name, c := range map[string]struct {
		err  error
		want string // "": accepted
	}{
		"defaults":      {errors.Join(Config{}.Validate(), Health{}.Validate()), ""},
		"all set":       {Config{Leads: []int{30, 60}, TestShare: .3, Bags: 4, MaxClusters: 1, Names: map[string]string{"c1": "reporting"}}.Validate(), ""},
		"lead":          {Config{Leads: []int{30, -5}}.Validate(), "train.leads: days from 1 to 3650, not -5"},
		"share":         {Config{TestShare: 4}.Validate(), "train.test_share"},
		"share NaN":     {Config{TestShare: math.NaN()}.Validate(), "train.test_share"},
		"one bag":       {Config{Bags: 1}.Validate(), "train.bags: 2 to 1000, not 1"},
		"bags":          {Config{Bags: -3}.Validate(), "train.bags"},
		"clusters":      {Config{MaxClusters: -1}.Validate(), "train.max_clusters"},
		"no sets":       {Config{Sets: new(int)}.Validate(), ""},
		"many sets":     {Config{Sets: pointer(41)}.Validate(), "train.sets"},
		"cluster name":  {Config{Names: map[string]string{"reporting": "c2"}}.Validate(), `such as c2, not "reporting"`},
		"long name":     {Config{Names: map[string]string{"c2": strings.Repeat("x", 81)}}.Validate(), "train.cluster_names.c2: "},
		"hidden name":   {Config{Names: map[string]string{"c2": "Six\u202epack"}}.Validate(), "what cannot be seen"},
		"name twice":    {Config{Names: map[string]string{"c1": "x", "c2": "x"}}.Validate(), `another name than c1 has, "x"`},
		"no name":       {Config{Names: map[string]string{"c2": ""}}.Validate(), ""},
		"health":        {Health{Healthy: 70, Sick: 30, PathWeight: &half}.Validate(), ""},
		"bands":         {Health{Healthy: 30, Sick: 60}.Validate(), "sick 60 and healthy 30"},
		"path weight":   {Health{PathWeight: &seven}.Validate(), "health.path_weight"},
		"hysteresis":    {Health{Hysteresis: pointer(7.5)}.Validate(), ""},
		"none":          {Health{Hysteresis: pointer(0.0)}.Validate(), ""},
		"too wide":      {Health{Healthy: 60, Sick: 50, Hysteresis: &seven}.Validate(), "health.hysteresis: points from 0 to 5, half of what is between the thresholds, not 7"},
		"below none":    {Health{Hysteresis: pointer(-1.0)}.Validate(), "health.hysteresis"},
		"close bands":   {Health{Healthy: 50, Sick: 49}.Validate(), ""},
		"one band":      {Health{Healthy: 70}.Validate(), ""},
		"no room":       {Health{Sick: 99}.Validate(), "health.sick: points above 0 and up to 98, not 99"},
		"no room below": {Health{Healthy: 1}.Validate(), "health.healthy: points from 2"},
		"two rules":     {Health{Healthy: 70, Capacity: "20 a week"}.Validate(), "health: healthy and sick, or shares, or capacity, not several"},
		"capacity":      {Health{Capacity: "2.5 per day"}.Validate(), ""},
		"many":          {Health{Capacity: "many a week"}.Validate(), `health.capacity: accounts in a time, such as 20 a week (day, week, month, quarter or year), not "many a week"`},
		"nobody":        {Health{Capacity: "0 a week"}.Validate(), "health.capacity"},
		"shares":        {Health{Shares: &BandShares{Sick: 0.6, AtRisk: 0.5}}.Validate(), "health.shares: shares from 0 to 1 that sum to at most 1, not sick 0.6 and at_risk 0.5"},
		"no shares":     {Health{Shares: &BandShares{}}.Validate(), "health.shares"},
		"points":        {Health{PointsPerDoubling: -1}.Validate(), "health.points_per_doubling"},
	} {
		t.Run(name, func(t *testing.T) {
			ok := c.err == nil
			if c.want != "" {
				ok = errors.Is(c.err, datasets.ErrConfig) && strings.Contains(c.err.Error(), c.want)
			}
			if !ok {
				t.Errorf("got %v, want %q", c.err, c.want)
			}
		})
	}
}

func pointer[T any](v T) *T { return &v }
