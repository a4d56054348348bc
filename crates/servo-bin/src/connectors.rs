//! The connectors and optimizers of this program, named so that they are compiled in.
//!
//! A crate that nobody names is left out by the compiler, whatever it submits to the registry.

use servo_emulator as _;
use servo_k8s as _;
use servo_kube_metrics as _;
use servo_load as _;
use servo_opsani_dev as _;
use servo_optimizer as _;
use servo_process as _;
use servo_prom as _;
use servo_scripts as _;
use servo_wait as _;
