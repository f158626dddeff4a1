use super::*;

#[test]
fn words_of_a_log_that_may_be_names() {
    let text = "12.30.01 JOB04711 $HASP395 PAYR010 ended - RC=0012 at SYS1.LINKLIB(IGZ-1) in step2 ABC";
    assert_eq!(telling(text), ["JOB04711", "$HASP395", "PAYR010", "SYS1", "IGZ-1"]);
    assert!(telling(&"A1".repeat(40)).is_empty());
}
