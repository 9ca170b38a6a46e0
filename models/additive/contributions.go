package additive

import "github.com/etappe/etappe/models"

// Contributions splits every row's log-odds into the baseline of its cluster
// and each field's share:
//
//	baseline = b + λ_k·b_k + Σ_T mean_k(T)
//	share_j  = Σ_{T ∋ j} ( T(x) − mean_k(T) ) / |T|        T: the terms f + λ_k·d_k
//
// where mean_k is the mean over cluster k's training rows; for a row without a
// cluster λ_k is 0 and the mean is that over all training rows. For a main effect
// the share is its Shapley value; for a purified term of two or three fields
// an equal part is (Bordt and von Luxburg 2023). They add up to LogOdds.
func (m *Model) Contributions(f *models.Frame) (*models.Contributions, error) {
	out := &models.Contributions{Baseline: make([]float64, f.Rows()), Share: models.Zeros(len(m.fields), f.Rows())}
	if err := m.Answer(f, 0, f.Rows(), &Answers{Baseline: out.Baseline, Share: out.Share}); err != nil {
		return nil, err
	}
	return out, nil
}
