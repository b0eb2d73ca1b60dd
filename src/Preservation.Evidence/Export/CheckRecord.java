import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.tsp.ArchiveTimeStamp;
import org.bouncycastle.asn1.tsp.ArchiveTimeStampChain;
import org.bouncycastle.asn1.tsp.EvidenceRecord;
import org.bouncycastle.asn1.tsp.PartialHashtree;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.tsp.ers.ERSByteData;
import org.bouncycastle.tsp.ers.ERSEvidenceRecord;

/**
 * Judges an evidence record (RFC 4998) by Bouncy Castle: CheckRecord RECORD FILE...
 * Exit 0 when trees, renewals, the order of times and the tokens' signatures hold and every file is in the record.
 * What Bouncy Castle calls present is not enough: it does not verify the tokens' signatures. So the record is walked here as well.
 * Whether the authorities' certificates are to be trusted is not asked: see tsa-chain.pem.
 */
public final class CheckRecord {
    private static final Map<String, String> NAMES = Map.of(
        "2.16.840.1.101.3.4.2.1", "SHA-256", "2.16.840.1.101.3.4.2.2", "SHA-384", "2.16.840.1.101.3.4.2.3", "SHA-512",
        "2.16.840.1.101.3.4.2.8", "SHA3-256", "2.16.840.1.101.3.4.2.9", "SHA3-384", "2.16.840.1.101.3.4.2.10", "SHA3-512");

    public static void main(String[] arguments) throws Exception {
        Security.addProvider(new org.bouncycastle.jce.provider.BouncyCastleProvider());
        if (arguments.length < 2) {
            System.err.println("usage: CheckRecord RECORD FILE...");
            System.exit(2);
        }
        List<byte[]> data = new ArrayList<>();
        for (int i = 1; i < arguments.length; i++) data.add(Files.readAllBytes(Path.of(arguments[i])));
        String answer = judge(Files.readAllBytes(Path.of(arguments[0])), data, new Date());
        System.out.println(arguments[0] + ": " + answer);
        System.exit(answer.equals("OK") ? 0 : 1);
    }

    /** OK, or why not: over every object given, each of which must be in the record. */
    static String judge(byte[] encoded, List<byte[]> data, Date now) throws Exception {
        String walked = walk(encoded, data);
        if (!walked.equals("OK") || data.size() > 1) return walked;
        ERSEvidenceRecord record = new ERSEvidenceRecord(encoded, new JcaDigestCalculatorProviderBuilder().build());
        record.validatePresent(new ERSByteData(data.get(0)), now);
        return "OK";
    }

    private static String walk(byte[] encoded, List<byte[]> data) throws Exception {
        ASN1Primitive primitive;
        try (ASN1InputStream input = new ASN1InputStream(encoded)) {
            primitive = input.readObject();
            if (input.readObject() != null) return "trailing data";
        }
        if (ASN1Integer.getInstance(ASN1Sequence.getInstance(primitive).getObjectAt(0)).intValueExact() != 1) return "version";
        ArchiveTimeStampChain[] chains = EvidenceRecord.getInstance(primitive).getArchiveTimeStampSequence().getArchiveTimeStampChains();
        Date before = new Date(0);
        for (int c = 0; c < chains.length; c++) {
            ArchiveTimeStamp[] stamps = chains[c].getArchiveTimestamps();
            String function = stamps[0].getDigestAlgorithmIdentifier().getAlgorithm().getId();
            for (int i = 0; i < stamps.length; i++) {
                if (!stamps[i].getDigestAlgorithmIdentifier().getAlgorithm().getId().equals(function)) return "function changes in chain " + c;
                List<byte[]> needed = new ArrayList<>();
                if (i > 0) needed.add(hash(function, stamps[i - 1].getTimeStamp().getEncoded("DER")));
                else for (byte[] one : data) needed.add(c == 0 ? hash(function, one) : hash(function, hash(function, one), older(chains, c, function)));
                byte[] root = node(function, needed);
                PartialHashtree[] tree = stamps[i].getReducedHashTree();
                if (tree != null && tree.length > 0) {
                    List<byte[]> first = Arrays.asList(tree[0].getValues());
                    for (byte[] value : needed) if (first.stream().noneMatch(f -> Arrays.equals(f, value))) return "chain " + c + " stamp " + i + " lacks a value";
                    root = node(function, first);
                    for (int k = 1; k < tree.length; k++) {
                        List<byte[]> list = new ArrayList<>(Arrays.asList(tree[k].getValues()));
                        list.add(root);
                        root = node(function, list);
                    }
                }
                TimeStampToken token = new TimeStampToken(stamps[i].getTimeStamp());
                if (!token.getTimeStampInfo().getMessageImprintAlgOID().getId().equals(function)) return "imprint function";
                if (!Arrays.equals(token.getTimeStampInfo().getMessageImprintDigest(), root)) return "chain " + c + " stamp " + i + " imprint";
                Collection<X509CertificateHolder> signers = token.getCertificates().getMatches(token.getSID());
                if (signers.isEmpty()) return "no certificate";
                SignerInformation signer = token.toCMSSignedData().getSignerInfos().getSigners().iterator().next();
                if (!signer.verify(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(signers.iterator().next()))) return "token signature";
                if (token.getTimeStampInfo().getGenTime().before(before)) return "times run backwards";
                before = token.getTimeStampInfo().getGenTime();
            }
        }
        return "OK";
    }

    private static byte[] older(ArchiveTimeStampChain[] chains, int count, String function) throws Exception {
        ASN1EncodableVector vector = new ASN1EncodableVector();
        for (int k = 0; k < count; k++) vector.add(chains[k]);
        return hash(function, new DERSequence(vector).getEncoded("DER"));
    }

    private static byte[] hash(String function, byte[]... parts) throws Exception {
        String name = NAMES.get(function);
        if (name == null) throw new IOException("function " + function);
        MessageDigest digest = MessageDigest.getInstance(name);
        for (byte[] part : parts) digest.update(part);
        return digest.digest();
    }

    private static byte[] node(String function, List<byte[]> values) throws Exception {
        if (values.size() == 1) return values.get(0);
        List<byte[]> sorted = new ArrayList<>(values);
        sorted.sort(Arrays::compareUnsigned);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] value : sorted) all.writeBytes(value);
        return hash(function, all.toByteArray());
    }
}
