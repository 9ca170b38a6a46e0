package score

import (
	"math"
	"testing"

	"github.com/etappe/etappe/models"
	"github.com/etappe/etappe/models/artifact"
	"github.com/etappe/etappe/models/path"
)

// A doubling of the odds is the points of a doubling; half of them where half of the
// score is the path.
func TestIntervalPoints(t *testing.T) {
	s := &Scorer{points: models.Points{PerDoubling: 10, PathWeight: 0.5}, training: artifact.Training{HalfWidth: 3 * math.Ln2}}
	if got := s.IntervalPoints(); math.Abs(got-30) > 1e-12 {
		t.Errorf("without a path %v points, want 30", got)
	}
	s.path = new(path.Path)
	if got := s.IntervalPoints(); math.Abs(got-15) > 1e-12 {
		t.Errorf("with a path %v points, want 15", got)
	}
}
