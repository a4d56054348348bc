use super::*;
#[derive(serde::Deserialize)] struct C(String, String, String);
#[test] fn probe() {
  let cases: Vec<C> = serde_json::from_str(&std::fs::read_to_string("/tmp/cases/cases.json").unwrap()).unwrap();
  let known = Known { connectors: &["emulator","replay"], optimizers: &["embedded"], planned: &["kubernetes","prometheus","vegeta","opsani_dev","kube_metrics","scripts","wait"] };
  let mut out = vec![];
  for C(g, n, y) in cases { let e = match load(&Source::new("servo.yaml", y.as_str()), &known) { Ok(v)=>format!("OK {}", v.len()), Err(e)=>e.render_plain() }; println!("== {n}\n{e}"); out.push((g,n,y,e)); }
  std::fs::write("/tmp/cases/out.json", serde_json::to_string(&out).unwrap()).unwrap();
}
