// Package artifact is the saved model: data, never code.
//
// An artifact is a folder with a versioned JSON header, an array file and a
// SHA-256 manifest that is checked at load. The same model gives the same
// bytes. The registry beside it keeps every version, names the champion and
// changes it atomically: a crash at any instant leaves the old state or the
// new one.
package artifact

import (
	"errors"

	"github.com/etappe/etappe/features/catalog"
	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/additive"
	"github.com/etappe/etappe/models/behaviour"
	"github.com/etappe/etappe/models/cluster"
	"github.com/etappe/etappe/models/path"
	"github.com/etappe/etappe/models/peers"
)

// Sentinels, matched with errors.Is.
var (
	// ErrCorrupt is matched when a file of the artifact or registry is not what was
	// written: a flipped byte, a truncation, parts that do not fit together.
	ErrCorrupt = errors.New("the artifact is corrupt")
	// ErrVersion is matched when another version of the program wrote the artifact.
	ErrVersion = errors.New("the artifact's format is not this program's")
	// ErrNotFound is matched when there is no such artifact.
	ErrNotFound = errors.New("no such artifact")
	// ErrNoChampion is matched when nothing has been promoted yet.
	ErrNoChampion = errors.New("the registry has no champion yet")
)

// Artifact is everything that turns features into an explained health score.
// It holds no date of its making (the registry's record does), so that the
// same data, configuration and seed give identical bytes.
type Artifact struct {
	Catalog     *catalog.Catalog  // the feature list that the model reads
	Fingerprint string            // of Catalog, as it was when the model was trained
	Fields      []models.Field    // the catalogue's columns, in order
	Churn       *additive.Model   // calibrated log-odds of churn
	Clusters    *cluster.Model    // assigns a cluster to a row
	Outliers    *cluster.Outliers // flags a row unlike the training data
	Path        *path.Path        // nil: no milestone was ever seen
	Peers       *peers.Peers      // nil: no account renewed
	Behaviour   *behaviour.Model  // nil: too few accounts renewed, or a feature table
	Targets     []Target          // further outcomes of a renewal; none where they cannot be foreseen
	Points      models.Points
	Names       []string // desired outcome of each cluster, in the order of cluster ids
	// Exemplars are each cluster's model accounts, the best first; nil: unknown.
	// An empty list: too few accounts of the cluster renewed.
	Exemplars [][]Exemplar
	// Lineage lists which clusters of an earlier model the clusters continue; nil:
	// not recorded.
	Lineage  *Lineage
	Training Training
	Edits    []Edit // what people changed since it was learned, oldest first
	// Original is the version that the artifact was given when it was stored; it
	// keeps it, although its bytes are others since an account was erased from it.
	// "": its bytes give its version.
	Original string
	Report   *Report // of the training run; nil: none was kept
	// Metrics are the headline figures of the report ("auc", "log_loss", …); the
	// registry repeats them in its entry.
	Metrics map[string]float64
}

// Training describes the data that the artifact was trained on.
type Training struct {
	From     string `json:"from,omitempty"` // first and last as-of date, 2006-01-02; "" for a table without dates
	To       string `json:"to,omitempty"`
	Rows     int    `json:"rows"`
	Accounts int    `json:"accounts"`
	Renewals int    `json:"renewals"`
	Churned  int    `json:"churned"`
	Seed     uint64 `json:"seed"`
	Labels   string `json:"labels,omitempty"` // when a renewal is due, and what makes it renewed or churned
	// Unmeasured is the share of the variance of the accounts' own log-odds that no
	// feature shows, as intervals assume; 0: they are of the expectation given the features.
	Unmeasured float64 `json:"unmeasured,omitempty"`
	// HalfWidth is half of the mean width of the training rows' 90 % intervals, in log-odds.
	HalfWidth float64 `json:"interval_half_width,omitempty"`
}
