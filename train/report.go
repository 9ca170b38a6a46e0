package train

import (
	"fmt"
	"math"
	"sort"
	"strconv"

	"github.com/etappe/etappe/models/artifact"
)

// finish fills in the parts of the report that follow from the artifact.
func finish(r *artifact.Report, a *artifact.Artifact, d *Data, assigned []int32) error {
	r.Orders = a.Churn.Orders()
	k := a.Clusters.K()
	for c, id := range a.Clusters.IDs() {
		info := a.Churn.Cluster(c)
		r.Clusters = append(r.Clusters, artifact.ReportCluster{ID: id, Name: a.Names[c],
			Rows: info.Rows, Churned: info.Churned, Lambda: info.Lambda, Gain: info.Gain})
	}
	if err := addImportance(r, a, d, assigned); err != nil {
		return err
	}
	if k > 4 {
		r.Warn(artifact.WarnClusters, fmt.Sprintf(
			"%d clusters: more than four desired outcomes are hard to tell apart and to staff for; check whether some of them are one outcome at different sizes or stages, or set train.max_clusters", k), strconv.Itoa(k))
	}
	r.Checks = check(r)
	return nil
}

// weigh measures every feature's importance to the artifact over the rows.
func addImportance(r *artifact.Report, a *artifact.Artifact, d *Data, assigned []int32) error {
	frame := *d.Frame
	frame.Cluster = assigned
	contributions, err := a.Churn.Contributions(&frame)
	if err != nil {
		return fmt.Errorf("measuring importance: %w", err)
	}
	for j, share := range contributions.Share {
		r.Importance = append(r.Importance, artifact.Importance{Feature: d.Frame.Fields[j].Name, LogOdds: meanAbsolute(share, d.Weight)})
	}
	sort.SliceStable(r.Importance, func(i, j int) bool { return r.Importance[i].LogOdds > r.Importance[j].LogOdds })
	return nil
}

// headline is what the registry repeats: the judged quality of the whole.
func headline(r *artifact.Report) map[string]float64 {
	m, _ := r.Segments[0].Of(artifact.VariantEtappe)
	all := map[string]float64{"auc": m.AUC, "log_loss": m.LogLoss, "brier": m.Brier, "calibration_slope": m.Slope}
	for name, v := range all {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			delete(all, name)
		}
	}
	return all
}

func meanAbsolute(share, weight []float64) float64 {
	sum, total := 0.0, 0.0
	for i, v := range share {
		sum += weight[i] * math.Abs(v)
		total += weight[i]
	}
	return sum / total
}
