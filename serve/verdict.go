package serve

func (c *comparison) noise() (Noise, error) { return Noise{}, nil }
func (e *Explanation) judge()               { e.Verdict = VerdictMoved }
