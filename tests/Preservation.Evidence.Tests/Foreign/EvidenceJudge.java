import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.tsp.ArchiveTimeStamp;
import org.bouncycastle.asn1.tsp.ArchiveTimeStampChain;
import org.bouncycastle.asn1.tsp.EvidenceRecord;
import org.bouncycastle.asn1.tsp.PartialHashtree;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.TimeStampResponseGenerator;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.tsp.TimeStampTokenGenerator;
import org.bouncycastle.tsp.ers.ERSArchiveTimeStamp;
import org.bouncycastle.tsp.ers.ERSArchiveTimeStampGenerator;
import org.bouncycastle.tsp.ers.ERSByteData;
import org.bouncycastle.tsp.ers.ERSData;
import org.bouncycastle.tsp.ers.ERSEvidenceRecord;
import org.bouncycastle.tsp.ers.ERSEvidenceRecordGenerator;

/**
 * A foreign judge of evidence records, on Bouncy Castle alone.
 *   judge            reads lines "RECORD DATA[,DATA...]" (base64) and answers each by OK or a reason
 *   make FOLDER N    writes n.initial, n.stamped, n.rehashed over the data "object n"
 * What Bouncy Castle calls present is not enough: it does not verify the tokens' signatures. So the record is walked here as well.
 */
public final class EvidenceJudge {
    private static final Map<String, String> NAMES = Map.of(
        "2.16.840.1.101.3.4.2.1", "SHA-256", "2.16.840.1.101.3.4.2.2", "SHA-384", "2.16.840.1.101.3.4.2.3", "SHA-512");
    private static long serial = 1;

    public static void main(String[] arguments) throws Exception {
        Security.addProvider(new org.bouncycastle.jce.provider.BouncyCastleProvider());
        if (arguments[0].equals("make")) make(Path.of(arguments[1]), Integer.parseInt(arguments[2]));
        else judgeAll();
    }

    private static void judgeAll() throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String answer;
            try {
                String[] parts = line.split(" ");
                List<byte[]> data = new ArrayList<>();
                for (String one : parts[1].split(",")) data.add(Base64.getDecoder().decode(one));
                answer = judge(Base64.getDecoder().decode(parts[0]), data);
            } catch (Exception | Error e) {
                answer = "malformed: " + e.getClass().getSimpleName() + ": " + e.getMessage();
            }
            System.out.println(answer.replace('\n', ' '));
        }
        System.out.flush();
    }

    private static String judge(byte[] encoded, List<byte[]> data) throws Exception {
        String walked = walk(encoded, data);
        if (!walked.equals("OK") || data.size() > 1) return walked;
        ERSEvidenceRecord record = new ERSEvidenceRecord(encoded, new JcaDigestCalculatorProviderBuilder().build());
        record.validatePresent(new ERSByteData(data.get(0)), new Date());
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

    private static void make(Path folder, int count) throws Exception {
        KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
        keys.initialize(256);
        KeyPair pair = keys.generateKeyPair();
        X500Name name = new X500Name("CN=Foreign TSA for tests");
        long now = System.currentTimeMillis();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
            name, BigInteger.ONE, new Date(now - 86_400_000L), new Date(now + 864_000_000L), name, pair.getPublic());
        builder.addExtension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping));
        X509Certificate certificate = new JcaX509CertificateConverter().getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
        DigestCalculatorProvider digests = new JcaDigestCalculatorProviderBuilder().setProvider("BC").build();
        DigestCalculator sha256 = digests.get(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256));
        DigestCalculator sha512 = digests.get(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha512));
        List<ERSData> data = new ArrayList<>();
        for (int i = 0; i < count; i++) data.add(new ERSByteData(("object " + i).getBytes(StandardCharsets.US_ASCII)));
        ERSArchiveTimeStampGenerator generator = new ERSArchiveTimeStampGenerator(sha256);
        for (ERSData one : data) generator.addData(one);
        TimeStampRequestGenerator requests = new TimeStampRequestGenerator();
        requests.setCertReq(true);
        List<ERSArchiveTimeStamp> stamps = generator.generateArchiveTimeStamps(answer(generator.generateTimeStampRequest(requests), pair, certificate, digests));
        for (ERSEvidenceRecord record : new ERSEvidenceRecordGenerator(digests).generate(stamps)) {
            for (int i = 0; i < count; i++) {
                if (!record.isContaining(data.get(i), new Date())) continue;
                ERSEvidenceRecord stamped = record.renewTimeStamp(answer(record.generateTimeStampRenewalRequest(requests), pair, certificate, digests));
                ERSEvidenceRecord rehashed = stamped.renewHash(sha512, data.get(i), answer(stamped.generateHashRenewalRequest(sha512, data.get(i), requests), pair, certificate, digests));
                Files.write(folder.resolve(i + ".initial"), record.getEncoded());
                Files.write(folder.resolve(i + ".stamped"), stamped.getEncoded());
                Files.write(folder.resolve(i + ".rehashed"), rehashed.getEncoded());
            }
        }
    }

    private static TimeStampResponse answer(TimeStampRequest request, KeyPair pair, X509Certificate certificate, DigestCalculatorProvider digests) throws Exception {
        TimeStampTokenGenerator generator = new TimeStampTokenGenerator(
            new JcaSimpleSignerInfoGeneratorBuilder().setProvider("BC").build("SHA256withECDSA", pair.getPrivate(), certificate),
            digests.get(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256)), new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"));
        generator.addCertificates(new JcaCertStore(List.of(certificate)));
        return new TimeStampResponseGenerator(generator, TSPAlgorithms.ALLOWED).generateGrantedResponse(request, BigInteger.valueOf(serial++), new Date());
    }
}
