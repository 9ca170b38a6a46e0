package artifact

// CalibrationBin is a bin of the reliability diagram (Murphy and Winkler, Reliability
// of subjective probability forecasts, Applied Statistics 26, 1977): judged rows with
// about the same predicted probability, and the share of them that churned. Rows
// weigh so that each renewal counts once.
type CalibrationBin struct {
	Renewals  float64 `json:"renewals"`  // sum of the rows' weights
	Predicted float64 `json:"predicted"` // mean predicted probability of churn
	Churned   float64 `json:"churned"`   // observed share that churned
	Low       float64 `json:"low"`       // 90 % interval of that share
	High      float64 `json:"high"`
}
