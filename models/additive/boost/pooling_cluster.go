package boost

import (
	"github.com/etappe/etappe/models/additive"
)

// clusterInfo counts the rows and accounts of a cluster.
func (r *run) clusterInfo(k int) additive.ClusterInfo {
	var info additive.ClusterInfo
	kinds := [2]map[int32]bool{{}, {}}
	for i, churned := range r.churned {
		if r.clusterOf(i) != k {
			continue
		}
		info.Rows++
		if churned {
			info.Churned++
			kinds[1][r.group[i]] = true
		} else {
			info.Renewed++
			kinds[0][r.group[i]] = true
		}
	}
	info.Events = min(len(kinds[0]), len(kinds[1]))
	return info
}
